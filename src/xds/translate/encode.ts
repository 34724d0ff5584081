import { Redacted } from '../../base/index.ts';
import { ProtobufWriter } from '../../wire/index.ts';
import { enumTable, fieldTable, messageNames, type FieldEntry } from '../gen/field-table.ts';
import type { Messages } from '../gen/messages.ts';

const typeUrlPrefix = 'type.googleapis.com/';

/** A message in the encoding of Protocol Buffers, given in its JSON form. Equal values give equal bytes: fields come in the order of their numbers. */
export function encode<Type extends keyof Messages>(type: Type, value: Messages[Type]): Buffer {
  writeFields(writer, messageNames[type]!, value);
  return writer.take();
}

/** Messages are written one after the other, so one buffer does for all. */
const writer = new ProtobufWriter();

/** A message with more entries of a repeated field of messages, which are encoded already. */
export function withEntries(message: Buffer, field: number, entries: readonly Buffer[]): Buffer {
  for (const entry of entries) writer.bytes(field, entry);
  return Buffer.concat([message, writer.take()]);
}

function writeFields(writer: ProtobufWriter, message: string, value: object): void {
  const fields = fieldTable[message]!;
  for (const name of Object.keys(fields)) {
    const inner = (value as { readonly [name: string]: unknown })[name];
    if (inner !== undefined) writeField(writer, fields[name]!, inner);
  }
}

function writeField(writer: ProtobufWriter, [number, kind, shape]: FieldEntry, value: unknown): void {
  if (shape === 'many') {
    for (const one of value as readonly unknown[]) writeValue(writer, number, kind, one);
  } else if (shape === 'map') {
    for (const [key, one] of Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))) {
      writer.message(number, () => {
        writer.text(1, key);
        writeValue(writer, 2, kind, one);
      });
    }
  } else {
    writeValue(writer, number, kind, value);
  }
}

/** Repeated numbers are not packed, which readers must take too (https://protobuf.dev/programming-guides/encoding/#packed). */
function writeValue(writer: ProtobufWriter, number: number, kind: string, value: unknown): void {
  if (kind.startsWith('wrapped ')) return writer.message(number, () => writeValue(writer, 1, kind.slice('wrapped '.length), value));
  if (kind.startsWith('enum:')) return writer.varint(number, enumTable[kind.slice('enum:'.length)]![value as string]!);
  switch (kind) {
    case 'string': return writer.text(number, textOf(value));
    case 'bool': return writer.varint(number, value === true ? 1 : 0);
    case 'integer': return writer.varint(number, value as number);
    case 'double': return writer.fixed64(number, doubleBits(value as number));
    case 'float': return writer.fixed32(number, floatBits(value as number));
    case 'bytes': return writer.bytes(number, Buffer.from(textOf(value)));
    case 'any': return writer.message(number, () => writeAny(writer, value as { readonly '@type': string }));
    case 'duration': return writer.message(number, () => writeDuration(writer, value as string));
    case 'struct': return writer.message(number, () => writeStruct(writer, value as object));
    case 'empty': return writer.message(number, () => undefined);
    default: return writer.message(number, () => writeFields(writer, kind, value as object));
  }
}

function textOf(value: unknown): string {
  return value instanceof Redacted ? (value as Redacted<string>).reveal() : value as string;
}

function writeAny(writer: ProtobufWriter, value: { readonly '@type': string }): void {
  writer.text(1, value['@type']);
  writer.message(2, () => writeFields(writer, messageNames[value['@type'].slice(typeUrlPrefix.length)]!, value));
}

/** `1.250s`, never negative. */
function writeDuration(writer: ProtobufWriter, text: string): void {
  const [seconds, fraction = ''] = text.slice(0, -1).split('.');
  if (Number(seconds) > 0) writer.varint(1, Number(seconds));
  if (Number(fraction) > 0) writer.varint(2, Number(fraction.padEnd(9, '0')));
}

function writeStruct(writer: ProtobufWriter, value: object): void {
  for (const [key, inner] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    writer.message(1, () => {
      writer.text(1, key);
      writer.message(2, () => writeJson(writer, inner));
    });
  }
}

/** google.protobuf.Value. */
function writeJson(writer: ProtobufWriter, value: unknown): void {
  if (value === null) writer.varint(1, 0);
  else if (typeof value === 'number') writer.fixed64(2, doubleBits(value));
  else if (typeof value === 'string') writer.text(3, value);
  else if (typeof value === 'boolean') writer.varint(4, value ? 1 : 0);
  else if (Array.isArray(value)) writer.message(6, () => { for (const one of value) writer.message(1, () => writeJson(writer, one)); });
  else writer.message(5, () => writeStruct(writer, value as object));
}

const scratch = Buffer.alloc(8);

function doubleBits(value: number): bigint {
  scratch.writeDoubleLE(value);
  return scratch.readBigUInt64LE();
}

function floatBits(value: number): number {
  scratch.writeFloatLE(value);
  return scratch.readUInt32LE();
}
