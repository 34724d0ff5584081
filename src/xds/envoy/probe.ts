import { createHash } from 'node:crypto';
import { ProtobufWriter } from '../../wire/index.ts';
import type { VersionedResource } from '../delta/messages.ts';

/** Name of the listener and of the RouteConfiguration by which Envoy is asked what it takes. */
export const probeName = 'postern-probe';

const [managerType, routerType] = [
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
] as const;

/** A listener that is bound nowhere and serves nobody (envoy.config.listener.v3.Listener): Envoy judges its routes as those of any other. */
export const probeListener: VersionedResource = versioned(probeName, encodeListener());

export function versioned(name: string, bytes: Buffer): VersionedResource {
  return { name, bytes, version: createHash('sha256').update(bytes).digest('base64url').slice(0, 16) };
}

/** As `versioned`, of a RouteConfiguration. */
export const probeRoutes = (bytes: Buffer): VersionedResource => versioned(probeName, bytes);

function encodeListener(): Buffer {
  const writer = new ProtobufWriter();
  writer.text(1, probeName);
  writer.message(2, () => writer.message(1, () => {
    writer.text(2, '127.0.0.1');
    writer.varint(3, 1);
  }));
  writer.message(3, () => writer.message(3, () => {
    writer.text(1, 'http');
    writer.message(4, () => any(writer, managerType, () => encodeManager(writer)));
  }));
  // bind_to_port, a BoolValue of false.
  writer.message(26, () => undefined);
  return writer.take();
}

function encodeManager(writer: ProtobufWriter): void {
  writer.text(2, probeName);
  writer.message(3, () => {
    writer.message(1, () => {
      writer.message(3, () => undefined);
      writer.varint(6, 2);
    });
    writer.text(2, probeName);
  });
  writer.message(5, () => {
    writer.text(1, 'envoy.filters.http.router');
    writer.message(4, () => any(writer, routerType, () => undefined));
  });
}

function any(writer: ProtobufWriter, typeUrl: string, write: () => void): void {
  writer.text(1, typeUrl);
  writer.message(2, write);
}

