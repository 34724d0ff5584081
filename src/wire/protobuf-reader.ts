/** One field as it stands in a message: a number, or the bytes of anything longer. */
export interface ProtobufField {
  readonly field: number;
  readonly number: number;
  readonly bytes: Buffer;
}

const mostVarintBytes = 10;
const noBytes = Buffer.alloc(0);

/**
 * The fields of a message in their order, or undefined where it is malformed (https://protobuf.dev/programming-guides/encoding). Groups, which
 * proto3 does not have, are malformed; numbers above 2^53 lose precision.
 */
export function readFields(message: Buffer): ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
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

/** A field with all of its bytes, its tag among them: what is put together of such ones means what it meant. */
export interface RawField extends ProtobufField {
  readonly raw: Buffer;
}

/** As `readFields`, for messages of which parts are to be taken out. */
export function readRawFields(message: Buffer): RawField[] | undefined {
  const fields: RawField[] = [];
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at);
    const found = tag === undefined ? undefined : readValue(message, tag.end, { field: Math.floor(tag.value / 8), wireType: tag.value % 8 });
    if (found === undefined || found.field.field === 0) return undefined;
    fields.push({ ...found.field, raw: message.subarray(at, found.end) });
    at = found.end;
  }
  return fields;
}

interface Found {
  readonly field: ProtobufField;
  readonly end: number;
}

function readValue(message: Buffer, at: number, { field, wireType }: { readonly field: number; readonly wireType: number }): Found | undefined {
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

/** Of a field that is there several times the last one counts; empty where it is missing. */
export function bytesOf(fields: readonly ProtobufField[], wanted: number): Buffer {
  return fields.findLast(({ field }) => field === wanted)?.bytes ?? noBytes;
}

/** The same as text. */
export function textOf(fields: readonly ProtobufField[], wanted: number): string {
  return bytesOf(fields, wanted).toString('utf8');
}

/** Every text of a repeated field. */
export function textsOf(fields: readonly ProtobufField[], wanted: number): string[] {
  return fields.filter(({ field }) => field === wanted).map(({ bytes }) => bytes.toString('utf8'));
}
