/** Raw frames for tests: what no well-behaved client sends. */
import { HpackEncoder } from '../hpack/encoder.ts';

/** A frame from its parts; `payload` as bytes or hexadecimal digits. */
export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer { // oxlint-disable-line max-params -- a frame's parts.
  const body = typeof payload === 'string' ? Buffer.from(payload.replaceAll(' ', ''), 'hex') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** A header block without state, so that blocks can stand in any order. */
export function block(fields: readonly (readonly [string, string])[]): Buffer {
  const encoder = new HpackEncoder();
  encoder.begin();
  for (const [name, value] of fields) encoder.field(name, value);
  return Buffer.from(encoder.end());
}

export const get: readonly (readonly [string, string])[] = [[':method', 'GET'], [':scheme', 'http'], [':path', '/'], [':authority', 'a.test']];
export const post: readonly (readonly [string, string])[] = [[':method', 'POST'], ...get.slice(1)];

/** HEADERS with END_HEADERS; `flags` beside it. */
export function headers(stream: number, fields: readonly (readonly [string, string])[], flags = 0): Buffer {
  return frame(1, 4 | flags, stream, block(fields));
}

export interface ReadFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** The whole frames in what was received (latin1). */
export function framesOf(received: string): ReadFrame[] {
  const bytes = Buffer.from(received, 'latin1');
  const frames: ReadFrame[] = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({ type: bytes[at + 3] as number, flags: bytes[at + 4] as number, stream: bytes.readUInt32BE(at + 5), payload: bytes.subarray(at + 9, end) });
    at = end;
  }
  return frames;
}
