import { bytesOf, ProtobufWriter, readFields, textOf, textsOf } from '../../wire/index.ts';
import { encodedOnce } from '../encoded-once.ts';

/** envoy.service.discovery.v3.DeltaDiscoveryRequest, as far as it is read. */
export interface DeltaRequest {
  /** `node.id`; of the first message of a stream. */
  readonly nodeId: string;
  readonly typeUrl: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** Resources that the client already has, with their versions. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Of the response that this answers; `''` for none. */
  readonly nonce: string;
  /** Why that response was refused; undefined where it was taken. */
  readonly error: string | undefined;
}

/** envoy.service.discovery.v3.DeltaDiscoveryResponse, as far as it is written. */
export interface DeltaResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly resources: readonly VersionedResource[];
  readonly removed: readonly string[];
}

export interface VersionedResource {
  readonly name: string;
  readonly version: string;
  /** The encoded message, or text where the type is one of our own. */
  readonly bytes: Buffer;
}

export function encodeRequest(request: DeltaRequest): Buffer {
  const writer = new ProtobufWriter();
  if (request.nodeId !== '') writer.message(1, () => writer.text(1, request.nodeId));
  writer.text(2, request.typeUrl);
  for (const name of request.subscribe) writer.text(3, name);
  for (const name of request.unsubscribe) writer.text(4, name);
  for (const [name, version] of request.initialVersions) {
    writer.message(5, () => {
      writer.text(1, name);
      writer.text(2, version);
    });
  }
  if (request.nonce !== '') writer.text(6, request.nonce);
  const { error } = request;
  if (error !== undefined) {
    writer.message(7, () => {
      writer.varint(1, invalidArgument);
      writer.text(2, error);
    });
  }
  return writer.take();
}

/** google.rpc.Code. */
const invalidArgument = 3;

/** Undefined where the message is malformed. */
export function decodeRequest(message: Buffer): DeltaRequest | undefined {
  const fields = readFields(message);
  if (fields === undefined) return undefined;
  const node = readFields(bytesOf(fields, 1));
  const error = fields.findLast(({ field }) => field === 7);
  return {
    nodeId: node === undefined ? '' : textOf(node, 1), typeUrl: textOf(fields, 2), subscribe: textsOf(fields, 3), unsubscribe: textsOf(fields, 4),
    initialVersions: new Map(fields.filter(({ field }) => field === 5).map(({ bytes }) => {
      const entry = readFields(bytes) ?? [];
      return [textOf(entry, 1), textOf(entry, 2)];
    })),
    nonce: textOf(fields, 6),
    error: error === undefined ? undefined : textOf(readFields(error.bytes) ?? [], 2),
  };
}

const encodedResource = encodedOnce((writer, typeUrl, { name, version, bytes }) => {
  writer.message(2, () => {
    writer.text(1, version);
    writer.message(2, () => {
      writer.text(1, typeUrl);
      writer.bytes(2, bytes);
    });
    writer.text(3, name);
  });
});

export function encodeResponse({ typeUrl, nonce, resources, removed }: DeltaResponse): Buffer {
  const writer = new ProtobufWriter();
  writer.text(4, typeUrl);
  writer.text(5, nonce);
  for (const name of removed) writer.text(6, name);
  return Buffer.concat([...resources.map((it) => encodedResource(typeUrl, it)), writer.take()]);
}

/** Undefined where the message is malformed. */
export function decodeResponse(message: Buffer): DeltaResponse | undefined {
  const fields = readFields(message);
  if (fields === undefined) return undefined;
  const resources = fields.filter(({ field }) => field === 2).map(({ bytes }) => {
    const resource = readFields(bytes) ?? [];
    const any = readFields(bytesOf(resource, 2)) ?? [];
    return { name: textOf(resource, 3), version: textOf(resource, 1), bytes: bytesOf(any, 2) };
  });
  return { typeUrl: textOf(fields, 4), nonce: textOf(fields, 5), resources, removed: textsOf(fields, 6) };
}
