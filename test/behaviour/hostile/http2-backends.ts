/** What broken and hostile backends do over HTTP/2, as frames, and what the client hears of it. */
import { block, frame } from '../../../src/proxy/http2/testing/frames.ts';

export interface BadBackend {
  readonly name: string;
  /** What is sent once the head of the request on this stream has come; `connection` counts from 0. */
  readonly answer: (stream: number, connection: number) => readonly Buffer[];
  /** Sent first; an empty SETTINGS frame where absent. */
  readonly settings?: Buffer;
  /** What the client hears: a status, or `broken` where an answer had begun. */
  readonly hears: number | 'broken';
  /** A part of what it is told. */
  readonly text?: string;
  /** The request has this many bytes of body. */
  readonly bodyBytes?: number;
  /** The proxy lets go of the connection that the answer came on. */
  readonly isLeft?: true;
}

const end = 1;
const setting = (id: number, value: number): Buffer => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id);
  payload.writeUInt32BE(value, 2);
  return frame(4, 0, 0, payload);
};
const head = (stream: number, fields: readonly (readonly [string, string])[], flags = 0): Buffer => frame(1, 4 | flags, stream, block(fields));
const ok = (stream: number, ...fields: readonly (readonly [string, string])[]): Buffer => head(stream, [[':status', '200'], ...fields]);
const data = (stream: number, text: string, flags = 0): Buffer => frame(0, flags, stream, Buffer.from(text));
const goAway = (last: number, code: number): Buffer => {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(last);
  payload.writeUInt32BE(code, 4);
  return frame(7, 0, 0, payload);
};
const reset = (stream: number, code: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(3, 0, stream, payload);
};
const repeat = (count: number, piece: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => piece));
const flood = (name: string, piece: (stream: number) => Buffer): BadBackend[] => [
  { name: `flood of ${name} in place of an answer`, answer: (stream) => [repeat(5000, piece(stream))], hears: 502, isLeft: true },
  { name: `flood of ${name} in an answer`, answer: (stream) => [ok(stream), data(stream, 'some'), repeat(5000, piece(stream))], hears: 'broken', isLeft: true },
];
const bad = 'malformed response';
const closed = 'closed the connection';

export const badBackends: readonly BadBackend[] = [
  { name: 'an answer as it should be', answer: (stream) => [ok(stream), data(stream, 'ok', end)], hears: 200, text: 'ok' },
  { name: 'HTTP/1.1', answer: () => [Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')], settings: Buffer.alloc(0), hears: 502, isLeft: true },
  { name: 'a frame before SETTINGS', answer: (stream) => [ok(stream), data(stream, 'ok', end)], settings: Buffer.alloc(0), hears: 502, isLeft: true },
  { name: 'silence', answer: () => [], hears: 504 },
  { name: 'a head without end', answer: (stream) => [frame(1, 0, stream, block([[':status', '200']]))], hears: 504 },
  { name: 'windows that never open', answer: () => [], settings: setting(4, 0), bodyBytes: 100_000, hears: 504 },
  { name: 'windows that never open, and an answer all the same', answer: (stream) => [ok(stream), data(stream, 'ok', end)], settings: setting(4, 0), bodyBytes: 100_000, hears: 200, text: 'ok' },
  { name: 'no streams at all', answer: (stream) => [reset(stream, 7)], settings: setting(3, 0), hears: 502, text: closed },
  { name: 'REFUSED_STREAM always', answer: (stream) => [reset(stream, 7)], hears: 502, text: closed },
  { name: 'REFUSED_STREAM once', answer: (stream) => (stream === 1 ? [reset(stream, 7)] : [ok(stream), data(stream, 'ok', end)]), hears: 200, text: 'ok' },
  { name: 'GOAWAY that has seen nothing, always', answer: () => [goAway(0, 0)], hears: 502, text: closed },
  { name: 'GOAWAY that has seen nothing, once', answer: (stream, connection) => (connection === 0 ? [goAway(0, 0)] : [ok(stream), data(stream, 'ok', end)]), hears: 200, text: 'ok' },
  { name: 'GOAWAY in the middle of an answer', answer: (stream) => [ok(stream), data(stream, 'o'), goAway(stream, 0), data(stream, 'k', end)], hears: 200, text: 'ok', isLeft: true },
  { name: 'GOAWAY again and again in an answer', answer: (stream) => [ok(stream), repeat(100, goAway(stream, 0)), data(stream, 'ok', end)], hears: 200, text: 'ok', isLeft: true },
  { name: 'RST_STREAM in place of an answer', answer: (stream) => [reset(stream, 8)], hears: 502, text: closed },
  { name: 'RST_STREAM in an answer', answer: (stream) => [ok(stream), data(stream, 'some'), reset(stream, 8)], hears: 'broken' },
  { name: 'DATA before the head', answer: (stream) => [data(stream, 'ok', end)], hears: 502, text: bad },
  { name: 'no status', answer: (stream) => [head(stream, [['x', 'y']], end)], hears: 502, text: bad },
  { name: 'two statuses', answer: (stream) => [head(stream, [[':status', '200'], [':status', '404']], end)], hears: 502, text: bad },
  { name: 'a status of two digits', answer: (stream) => [head(stream, [[':status', '20']], end)], hears: 502, text: bad },
  { name: 'a status with a reason', answer: (stream) => [head(stream, [[':status', '200 OK']], end)], hears: 502, text: bad },
  { name: 'status 101', answer: (stream) => [head(stream, [[':status', '101']])], hears: 502, text: bad },
  { name: 'CR LF in a value', answer: (stream) => [head(stream, [[':status', '200'], ['x', 'y\r\nset-cookie: a=b']], end)], hears: 502, text: bad },
  { name: 'a name in upper case', answer: (stream) => [head(stream, [[':status', '200'], ['X-A', 'y']], end)], hears: 502, text: bad },
  { name: 'transfer-encoding', answer: (stream) => [head(stream, [[':status', '200'], ['transfer-encoding', 'chunked']])], hears: 502, text: bad },
  { name: 'two lengths', answer: (stream) => [ok(stream, ['content-length', '2'], ['content-length', '3']), data(stream, 'ok', end)], hears: 502, text: bad },
  { name: 'a length and no body', answer: (stream) => [head(stream, [[':status', '200'], ['content-length', '2']], end)], hears: 502, text: bad },
  { name: 'less than announced', answer: (stream) => [ok(stream, ['content-length', '5']), data(stream, 'ok', end)], hears: 'broken' },
  { name: 'more than announced', answer: (stream) => [ok(stream, ['content-length', '1']), data(stream, 'ok', end)], hears: 'broken' },
  { name: 'a body with 204', answer: (stream) => [head(stream, [[':status', '204']]), data(stream, 'ok', end)], hears: 204 },
  { name: 'interim responses without end', answer: (stream) => [repeat(500, head(stream, [[':status', '103']]))], hears: 502, text: bad },
  { name: 'an interim response that ends the stream', answer: (stream) => [head(stream, [[':status', '100']], end)], hears: 502, text: bad },
  { name: 'trailers that do not end', answer: (stream) => [ok(stream), data(stream, 'ok'), head(stream, [['x', 'y']])], hears: 'broken' },
  { name: 'a status in the trailers', answer: (stream) => [ok(stream), data(stream, 'ok'), head(stream, [[':status', '200']], end)], hears: 'broken' },
  { name: 'PUSH_PROMISE', answer: (stream) => [frame(5, 4, stream, Buffer.concat([Buffer.from([0, 0, 0, 2]), block([[':method', 'GET']])]))], hears: 502, isLeft: true },
  { name: 'a stream that nobody opened', answer: () => [head(2, [[':status', '200']], end)], hears: 502, isLeft: true },
  { name: 'a block that is no HPACK', answer: (stream) => [frame(1, 5, stream, Buffer.from([0x80]))], hears: 502, isLeft: true },
  { name: 'a table that is larger than allowed', answer: (stream) => [frame(1, 5, stream, Buffer.from([0x3f, 0xff, 0xff, 0x03, 0x88]))], hears: 502, isLeft: true },
  { name: 'HPACK bomb', answer: (stream) => [frame(1, 5, stream, Buffer.concat([block([[':status', '200']]), Buffer.from([0x40, 1, 0x78, 0x7f, 0xbd, 0x1d]), Buffer.alloc(3900, 0x61), Buffer.alloc(10_000, 0xbe)]))], hears: 502, text: bad },
  { name: 'CONTINUATION without end', answer: (stream) => [frame(1, 0, stream, block([[':status', '200']])), repeat(1000, frame(9, 0, stream, Buffer.alloc(16_000, 0x88)))], hears: 502, isLeft: true },
  { name: 'a window beyond 2^31-1', answer: () => [frame(8, 0, 0, '7fffffff')], hears: 502, isLeft: true },
  { name: 'a frame beyond the limit', answer: (stream) => [frame(0, 0, stream, Buffer.alloc(20_000))], hears: 502, isLeft: true },
  { name: 'HEADERS for a stream that is over', answer: (stream) => [ok(stream), data(stream, 'ok', end), repeat(5000, head(stream, [['x', 'y']], end))], hears: 200, text: 'ok', isLeft: true },
  { name: 'DATA for a stream that is over', answer: (stream) => [ok(stream), data(stream, 'ok', end), repeat(5000, data(stream, 'x'))], hears: 200, text: 'ok', isLeft: true },
  ...flood('PING', () => frame(6, 0, 0, Buffer.alloc(8))),
  ...flood('SETTINGS', () => frame(4, 0, 0)),
  ...flood('WINDOW_UPDATE', () => frame(8, 0, 0, '00000001')),
  ...flood('PRIORITY', (stream) => frame(2, 0, stream, '0000000300')),
  { name: 'flood of empty DATA in an answer', answer: (stream) => [ok(stream), repeat(5000, frame(0, 0, stream))], hears: 'broken', isLeft: true },
];

/** For a client that does not read: the windows are full long before the end. */
export const greedy: BadBackend = {
  name: 'more than the windows let in', answer: (stream) => [ok(stream), ...Array.from({ length: 4000 }, () => frame(0, 0, stream, Buffer.alloc(16_000, 0x61)))], hears: 'broken',
};
