import { ProtobufWriter, readFields } from '../../wire/index.ts';
import type { VersionedResource } from '../delta/messages.ts';

/** envoy.service.discovery.v3.DiscoveryRequest, as far as it is read. */
export interface StateRequest {
  readonly nodeId: string;
  readonly typeUrl: string;
  /** All that is asked for; none: everything. */
  readonly names: readonly string[];
  /** Of the response that this answers; `''` for none. */
  readonly nonce: string;
  /** Why that response was refused; undefined where it was taken. */
  readonly error: string | undefined;
}

/** envoy.service.discovery.v3.DiscoveryResponse, as far as it is written. */
export interface StateResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly version: string;
  readonly resources: readonly VersionedResource[];
}

/** Undefined where the message is malformed. */
export function decodeStateRequest(message: Buffer): StateRequest | undefined {
  const fields = readFields(message);
  if (fields === undefined) return undefined;
  const texts = (wanted: number, of = fields): string[] => of.filter(({ field }) => field === wanted).map(({ bytes }) => bytes.toString('utf8'));
  const node = readFields(fields.findLast(({ field }) => field === 2)?.bytes ?? Buffer.alloc(0)) ?? [];
  const error = fields.findLast(({ field }) => field === 6);
  return {
    nodeId: texts(1, node).at(-1) ?? '', names: texts(3), typeUrl: texts(4).at(-1) ?? '', nonce: texts(5).at(-1) ?? '',
    error: error === undefined ? undefined : texts(2, readFields(error.bytes) ?? []).at(-1) ?? '',
  };
}

/** Resources are encoded once, for however many clients. */
const encoded = new WeakMap<VersionedResource, Buffer>();

function encodedResource(typeUrl: string, resource: VersionedResource): Buffer {
  const known = encoded.get(resource);
  if (known !== undefined) return known;
  const writer = new ProtobufWriter();
  writer.message(2, () => {
    writer.text(1, typeUrl);
    writer.bytes(2, resource.bytes);
  });
  const bytes = writer.take();
  encoded.set(resource, bytes);
  return bytes;
}

export function encodeStateResponse({ typeUrl, nonce, version, resources }: StateResponse): Buffer {
  const writer = new ProtobufWriter();
  writer.text(1, version);
  writer.text(4, typeUrl);
  writer.text(5, nonce);
  return Buffer.concat([...resources.map((it) => encodedResource(typeUrl, it)), writer.take()]);
}
