/** The part of protobuf's wire format that the messages of authorization need (https://protobuf.dev/programming-guides/encoding). */

const mostVarintBytes = 10;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A whole number from 0 to 2^53; 0 is the default and is not written. */
export function numberField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(field * 8), varint(value)]);
}

/** Bytes, or the parts of a message one after the other. They are written even where they are empty. */
export function bytesField(field: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint(field * 8 + 2), varint(length), ...parts]);
}

/** Text; `''` is the default and is not written. */
export function textField(field: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : bytesField(field, Buffer.from(value, 'utf8'));
}

/** One field as it stands in a message: a number, or the bytes of anything longer. */
export interface ProtoField {
  readonly field: number;
  readonly number: number;
  readonly bytes: Buffer;
}

const noBytes = Buffer.alloc(0);

/** The fields of a message in their order, or undefined where it is malformed. Groups, which proto3 does not have, are malformed. */
export function readFields(message: Buffer): ProtoField[] | undefined {
  const fields: ProtoField[] = [];
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at);
    if (tag === undefined) return undefined;
    const found = readValue(message, tag.end, { field: Math.floor(tag.value / 8), wireType: tag.value % 8 });
    if (found === undefined || found.field.field === 0) return undefined;
    fields.push(found.field);
    at = found.end;
  }
  return fields;
}

function readValue(message: Buffer, at: number, { field, wireType }: { readonly field: number; readonly wireType: number }): { readonly field: ProtoField; readonly end: number } | undefined {
  if (wireType === 0) {
    const found = readVarint(message, at);
    return found === undefined ? undefined : { field: { field, number: found.value, bytes: noBytes }, end: found.end };
  }
  const length = lengthOf(message, at, wireType);
  if (length === undefined || length.from + length.size > message.length) return undefined;
  const end = length.from + length.size;
  return { field: { field, number: 0, bytes: message.subarray(length.from, end) }, end };
}

function lengthOf(message: Buffer, at: number, wireType: number): { readonly from: number; readonly size: number } | undefined {
  switch (wireType) {
    case 1: return { from: at, size: 8 };
    case 5: return { from: at, size: 4 };
    case 2: {
      const size = readVarint(message, at);
      return size === undefined ? undefined : { from: size.end, size: size.value };
    }
    default: return undefined;
  }
}

function readVarint(message: Buffer, from: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < mostVarintBytes; i++) {
    const byte = message[from + i];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: from + i + 1 };
  }
  return undefined;
}
