import type { Wire } from './wire.ts';

/** Field lines in the order of the wire: name as sent, value without surrounding blanks. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** One HTTP/1 message as it was on the wire. Its reader shares nothing with the proxy's codec. */
export interface Message {
  readonly startLine: string;
  readonly fields: Fields;
  readonly body: Buffer;
  readonly trailers: Fields;
  /** The connection ended inside the body. */
  readonly isBroken: boolean;
}

/** All values of a field, by any case of its name. */
export function valuesOf(fields: Fields, name: string): string[] {
  return fields.filter(([it]) => it.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

export interface Head {
  readonly startLine: string;
  readonly fields: Fields;
}

export async function readHead(wire: Wire): Promise<Head> {
  const startLine = await wire.line();
  return { startLine, fields: await readFields(wire) };
}

async function readFields(wire: Wire): Promise<Fields> {
  const fields: (readonly [string, string])[] = [];
  for (let line = await wire.line(); line !== ''; line = await wire.line()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`not a field line: ${JSON.stringify(line)}`);
    fields.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return fields;
}

/** What ends the body of a message with such a head. */
export type BodyEnd = 'none' | 'close' | 'chunks' | number;

export function requestBodyEnd({ fields }: Head): BodyEnd {
  if (valuesOf(fields, 'transfer-encoding').length > 0) return 'chunks';
  return Number(valuesOf(fields, 'content-length')[0] ?? 0);
}

export function responseBodyEnd({ startLine, fields }: Head, toHead: boolean): BodyEnd {
  const status = statusOf(startLine);
  if (toHead || status < 200 || status === 204 || status === 304) return 'none';
  if (valuesOf(fields, 'transfer-encoding').length > 0) return 'chunks';
  const length = valuesOf(fields, 'content-length')[0];
  return length === undefined ? 'close' : Number(length);
}

export function statusOf(startLine: string): number {
  const found = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(startLine);
  if (found === null) throw new Error(`not a status line: ${JSON.stringify(startLine)}`);
  return Number(found[1]);
}

/** Reads the body behind a head; one that breaks off is answered as far as it came. */
export async function readBody(wire: Wire, head: Head, end: BodyEnd): Promise<Message> {
  const pieces: Buffer[] = [];
  const message = (trailers: Fields, isBroken: boolean): Message => ({ ...head, body: Buffer.concat(pieces), trailers, isBroken });
  try {
    if (end === 'none') return message([], false);
    if (end === 'close') pieces.push(await wire.rest());
    if (typeof end === 'number') pieces.push(await wire.take(end));
    return message(end === 'chunks' ? await readChunks(wire, pieces) : [], false);
  } catch (error) {
    if (!wire.hasEnded) throw error;
    pieces.push(wire.takeHeld());
    return message([], true);
  }
}

async function readChunks(wire: Wire, pieces: Buffer[]): Promise<Fields> {
  for (;;) {
    const size = Number.parseInt(await wire.line(), 16);
    if (Number.isNaN(size)) throw new Error('not a chunk size');
    if (size === 0) return readFields(wire);
    pieces.push(await wire.take(size));
    if ((await wire.take(2)).toString('latin1') !== '\r\n') throw new Error('a chunk does not end with CRLF');
  }
}
