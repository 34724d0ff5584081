import { bytesOf, ProtobufWriter, readFields, textOf, textsOf } from '../../wire/index.ts';
import type { VersionedResource } from '../delta/messages.ts';
import { encodedOnce } from '../encoded-once.ts';

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
  const error = fields.findLast(({ field }) => field === 6);
  return {
    nodeId: textOf(readFields(bytesOf(fields, 2)) ?? [], 1), names: textsOf(fields, 3), typeUrl: textOf(fields, 4), nonce: textOf(fields, 5),
    error: error === undefined ? undefined : textOf(readFields(error.bytes) ?? [], 2),
  };
}

const encodedResource = encodedOnce((writer, typeUrl, { bytes }) => {
  writer.message(2, () => {
    writer.text(1, typeUrl);
    writer.bytes(2, bytes);
  });
});

export function encodeStateResponse({ typeUrl, nonce, version, resources }: StateResponse): Buffer {
  const writer = new ProtobufWriter();
  writer.text(1, version);
  writer.text(4, typeUrl);
  writer.text(5, nonce);
  return Buffer.concat([...resources.map((it) => encodedResource(typeUrl, it)), writer.take()]);
}
