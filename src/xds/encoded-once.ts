import { ProtobufWriter } from '../wire/index.ts';
import type { VersionedResource } from './delta/messages.ts';

/** Encodes each resource once, for however many clients; each variant of the protocol has a form of its own. */
export function encodedOnce(write: (writer: ProtobufWriter, typeUrl: string, resource: VersionedResource) => void): (typeUrl: string, resource: VersionedResource) => Buffer {
  const encoded = new WeakMap<VersionedResource, Buffer>();
  const writer = new ProtobufWriter();
  return (typeUrl, resource) => {
    const known = encoded.get(resource);
    if (known !== undefined) return known;
    write(writer, typeUrl, resource);
    const bytes = writer.take();
    encoded.set(resource, bytes);
    return bytes;
  };
}
