/** What broken, slow and hostile backends do over HTTP/1.1, and what the client hears of it. */
import type { Socket } from 'node:net';

export interface SlowBackend {
  readonly name: string;
  /** What it does once a request's head is there; `connection` counts from 0. */
  readonly answer: (socket: Socket, connection: number) => void;
  /** What the client hears: a status, or `broken` where an answer had begun. */
  readonly hears: number | 'broken';
  /** A part of what it is told. */
  readonly text?: string;
  readonly method?: string;
  /** The request has this many bytes of body. */
  readonly bodyBytes?: number;
  /** The route gives it so long. */
  readonly requestTimeoutMs?: number;
  /** The connection carries no other request. */
  readonly isLeft?: true;
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const says = (...pieces: readonly string[]) => (socket: Socket): void => {
  for (const piece of pieces) socket.write(piece, 'latin1');
};
const saysAndEnds = (text: string) => (socket: Socket): void => { socket.end(text, 'latin1'); };
const saysAndResets = (text: string) => (socket: Socket): void => {
  if (text === '') socket.resetAndDestroy();
  else socket.write(text, 'latin1', () => { socket.resetAndDestroy(); });
};
/** Sends a piece again and again, as fast as it is taken. */
const saysForEver = (begin: string, piece: string) => (socket: Socket): void => {
  socket.write(begin, 'latin1');
  const go = (): void => { if (!socket.destroyed) socket.write(piece, 'latin1', () => setImmediate(go)); };
  go();
};
/** The same, a piece each few milliseconds: enough to keep any timer of the connection from its end. */
const drips = (begin: string, piece: string) => (socket: Socket): void => {
  socket.write(begin, 'latin1');
  const beat = setInterval(() => { if (!socket.destroyed) socket.write(piece, 'latin1'); }, 20).unref();
  socket.once('close', () => clearInterval(beat));
};
const bad = 'malformed response';
const closed = 'closed the connection';
const late = 'longer than its route allows';

export const slowBackends: readonly SlowBackend[] = [
  { name: 'as it should be', answer: says(ok), hears: 200, text: 'ok' },
  { name: 'never answers', answer: () => undefined, hears: 504, text: late, requestTimeoutMs: 300, isLeft: true },
  { name: 'never answers, to an upload', answer: () => undefined, hears: 504, text: late, method: 'POST', bodyBytes: 500_000, requestTimeoutMs: 300, isLeft: true },
  { name: 'never reads, to an upload', answer: (socket) => { socket.pause(); }, hears: 504, text: late, method: 'POST', bodyBytes: 20_000_000, requestTimeoutMs: 500 },
  { name: 'answers before the upload ends, and goes on reading', answer: says(ok), hears: 200, text: 'ok', method: 'POST', bodyBytes: 300_000 },
  { name: 'answers with an error before the upload ends, and closes', answer: saysAndEnds('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'), hears: 413, text: 'no', method: 'POST', bodyBytes: 300_000, isLeft: true },
  { name: 'closes at once', answer: saysAndEnds(''), hears: 502, text: closed, isLeft: true },
  { name: 'resets at once', answer: saysAndResets(''), hears: 502, text: closed, isLeft: true },
  { name: 'closes in the status line', answer: saysAndEnds('HTTP/1.1 20'), hears: 502, text: closed, isLeft: true },
  { name: 'closes in the head', answer: saysAndEnds('HTTP/1.1 200 OK\r\nContent-Le'), hears: 502, text: closed, isLeft: true },
  { name: 'drips a head that never ends', answer: drips('HTTP/1.1 200 OK\r\n', 'x: y\r\n'), hears: 504, text: late, requestTimeoutMs: 400, isLeft: true },
  { name: 'sends a head that never ends', answer: saysForEver('HTTP/1.1 200 OK\r\n', `x: ${'y'.repeat(1000)}\r\n`), hears: 502, text: bad, isLeft: true },
  { name: 'sends a field that never ends', answer: saysForEver('HTTP/1.1 200 OK\r\nx: ', 'y'.repeat(1000)), hears: 502, text: bad, isLeft: true },
  { name: 'sends a reason that never ends', answer: saysForEver('HTTP/1.1 200 ', 'O'.repeat(1000)), hears: 502, text: bad, isLeft: true },
  { name: 'sends interim responses for ever', answer: saysForEver('', 'HTTP/1.1 100 Continue\r\n\r\n'), hears: 502, text: bad, isLeft: true },
  { name: 'drips interim responses', answer: drips('', 'HTTP/1.1 103 Early Hints\r\n\r\n'), hears: 504, text: late, requestTimeoutMs: 400, isLeft: true },
  { name: 'sends trailers that never end', answer: saysForEver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', 'x: y\r\n'), hears: 'broken', isLeft: true },
  { name: 'sends an extension that never ends', answer: saysForEver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=', 'y'.repeat(1000)), hears: 'broken', isLeft: true },
  { name: 'says more than its length', answer: says(`${ok}ok`), hears: 200, text: 'ok', isLeft: true },
  { name: 'says less than its length', answer: saysAndEnds('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'), hears: 'broken', isLeft: true },
  { name: 'resets in the middle of its length', answer: saysAndResets('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'), hears: 'broken', isLeft: true },
  { name: 'closes in the middle of a chunk', answer: saysAndEnds('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok'), hears: 'broken', isLeft: true },
  { name: 'closes in front of the last chunk', answer: saysAndEnds('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'), hears: 'broken', isLeft: true },
  { name: 'sends garbage behind 304', answer: says('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'GARBAGE'), hears: 304, isLeft: true },
  { name: 'sends garbage behind 204', answer: says('HTTP/1.1 204 No Content\r\n\r\n', '\0\0\0'), hears: 204, isLeft: true },
  { name: 'sends a body to HEAD', answer: says(ok), hears: 200, method: 'HEAD', isLeft: true },
  { name: 'speaks HTTP/2', answer: says('\0\0\0\x04\0\0\0\0\0'), hears: 502, text: bad, isLeft: true },
  { name: 'speaks TLS', answer: says('\x15\x03\x01\0\x02\x02\x46'), hears: 502, text: bad, isLeft: true },
  { name: 'speaks SSH', answer: says('SSH-2.0-x\r\n\r\n'), hears: 502, text: bad, isLeft: true },
  { name: 'switches to a protocol that nobody asked for', answer: says('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'), hears: 502, text: bad, isLeft: true },
];
