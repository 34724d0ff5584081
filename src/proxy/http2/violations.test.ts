import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answering, endpoint, rawBackend, serve, type Wire } from '../testing/rig.test.ts';
import { preface } from './frames.ts';
import { block, frame, framesOf, get, headers, post } from './testing/frames.ts';

const limit = { timeout: 20_000 };
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

interface Violation {
  readonly name: string;
  readonly send: readonly Buffer[];
  /** Error code of the GOAWAY, or of the RST_STREAM of stream 1 or the one named. */
  readonly goAway?: number;
  readonly reset?: number;
  readonly stream?: number;
}

const [protocol, flow, closed, size, refused, compression, calm] = [1, 3, 5, 6, 7, 9, 11] as const;
const request = headers(1, get, 1);
const open = headers(1, post);
const withField = (name: string, value: string): Buffer => headers(1, [...get, [name, value]], 1);
const settings = (id: number, value: number): Buffer => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id);
  payload.writeUInt32BE(value, 2);
  return frame(4, 0, 0, payload);
};

/** RFC 9113 by section: what is sent after preface and SETTINGS, and the error that must come of it. */
const violations: readonly Violation[] = [
  { name: '4.1 frame beyond the limit', send: [frame(0, 0, 1, Buffer.alloc(16_385))], goAway: size },
  { name: '4.3 block that is no HPACK', send: [frame(1, 5, 1, '80')], goAway: compression },
  { name: '5.1 DATA on an idle stream', send: [frame(0, 1, 1, '00')], goAway: protocol },
  { name: '5.1 RST_STREAM on an idle stream', send: [frame(3, 0, 1, '00000008')], goAway: protocol },
  { name: '5.1 WINDOW_UPDATE on an idle stream', send: [frame(8, 0, 1, '00000001')], goAway: protocol },
  { name: '5.1 DATA behind END_STREAM', send: [request, frame(0, 1, 1, '00')], reset: closed },
  { name: '5.1.1 even stream', send: [headers(2, get, 1)], goAway: protocol },
  { name: '5.1.1 smaller stream number', send: [headers(5, get, 1), headers(3, get, 1)], goAway: closed },
  { name: '5.5 CONTINUATION of another stream', send: [frame(1, 1, 1, block(get)), frame(9, 4, 3, '')], goAway: protocol },
  { name: '6.1 DATA on the connection', send: [frame(0, 0, 0, '00')], goAway: protocol },
  { name: '6.1 padding longer than the frame', send: [open, frame(0, 8, 1, '05 00')], goAway: protocol },
  { name: '6.2 HEADERS on the connection', send: [frame(1, 5, 0, block(get))], goAway: protocol },
  { name: '6.2 padding longer than the block', send: [frame(1, 13, 1, 'ff 82')], goAway: protocol },
  { name: '6.2 priority that is cut off', send: [frame(1, 37, 1, '00000000')], goAway: size },
  { name: '6.3 PRIORITY on the connection', send: [frame(2, 0, 0, '0000000000')], goAway: protocol },
  { name: '6.3 PRIORITY of a wrong size', send: [frame(2, 0, 1, '00')], goAway: size },
  { name: '6.4 RST_STREAM on the connection', send: [frame(3, 0, 0, '00000008')], goAway: protocol },
  { name: '6.4 RST_STREAM of a wrong size', send: [open, frame(3, 0, 1, '00')], goAway: size },
  { name: '6.5 SETTINGS on a stream', send: [frame(4, 0, 1, '')], goAway: protocol },
  { name: '6.5 SETTINGS of a wrong size', send: [frame(4, 0, 0, '00')], goAway: size },
  { name: '6.5 ACK with payload', send: [frame(4, 1, 0, '000100000000')], goAway: size },
  { name: '6.5.2 ENABLE_PUSH 2', send: [settings(2, 2)], goAway: protocol },
  { name: '6.5.2 window of 2^31', send: [settings(4, 2 ** 31)], goAway: flow },
  { name: '6.5.2 frames below 16384', send: [settings(5, 16_383)], goAway: protocol },
  { name: '6.6 PUSH_PROMISE', send: [frame(5, 4, 1, '00000002 82')], goAway: protocol },
  { name: '6.7 PING on a stream', send: [frame(6, 0, 1, Buffer.alloc(8))], goAway: protocol },
  { name: '6.7 PING of a wrong size', send: [frame(6, 0, 0, '00')], goAway: size },
  { name: '6.8 GOAWAY on a stream', send: [frame(7, 0, 1, Buffer.alloc(8))], goAway: protocol },
  { name: '6.9 WINDOW_UPDATE of 0', send: [frame(8, 0, 0, '00000000')], goAway: protocol },
  { name: '6.9 WINDOW_UPDATE of 0 on a stream', send: [open, frame(8, 0, 1, '00000000')], reset: protocol },
  { name: '6.9.1 connection window beyond 2^31-1', send: [frame(8, 0, 0, '7fffffff')], goAway: flow },
  { name: '6.9.1 stream window beyond 2^31-1', send: [open, frame(8, 0, 1, '7fffffff')], reset: flow },
  { name: '6.10 CONTINUATION without HEADERS', send: [frame(9, 4, 1, '82')], goAway: protocol },
  { name: '8.1 second HEADERS without END_STREAM', send: [open, headers(1, [['x', 'y']])], reset: protocol },
  { name: '8.1 pseudo-header in trailers', send: [open, headers(1, [[':method', 'GET']], 1)], reset: protocol },
  { name: '8.1.1 body longer than announced', send: [headers(1, [...post, ['content-length', '1']]), frame(0, 1, 1, '0000')], reset: protocol },
  { name: '8.1.1 body shorter than announced', send: [headers(1, [...post, ['content-length', '3']]), frame(0, 1, 1, '0000')], reset: protocol },
  { name: '8.1.1 length without body', send: [headers(1, [...get, ['content-length', '3']], 1)], reset: protocol },
  { name: '8.1.1 two lengths', send: [headers(1, [...post, ['content-length', '1'], ['content-length', '1']])], reset: protocol },
  { name: '8.2.1 name in upper case', send: [withField('X-Upper', 'y')], reset: protocol },
  { name: '8.2.1 name with a space', send: [withField('x y', 'z')], reset: protocol },
  { name: '8.2.1 name with a colon', send: [withField('x:y', 'z')], reset: protocol },
  { name: '8.2.1 value with CR LF', send: [withField('x', 'a\r\nhost: evil')], reset: protocol },
  { name: '8.2.1 value with NUL', send: [withField('x', 'a\0b')], reset: protocol },
  { name: '8.2.1 value with space before it', send: [withField('x', ' a')], reset: protocol },
  { name: '8.2.2 connection', send: [withField('connection', 'keep-alive')], reset: protocol },
  { name: '8.2.2 transfer-encoding', send: [withField('transfer-encoding', 'chunked')], reset: protocol },
  { name: '8.2.2 upgrade', send: [withField('upgrade', 'websocket')], reset: protocol },
  { name: '8.2.2 te: gzip', send: [withField('te', 'gzip')], reset: protocol },
  { name: '8.3 unknown pseudo-header', send: [headers(1, [[':unknown', 'x'], ...get], 1)], reset: protocol },
  { name: '8.3 pseudo-header of responses', send: [headers(1, [[':status', '200'], ...get], 1)], reset: protocol },
  { name: '8.3 pseudo-header behind a field', send: [headers(1, [...get.slice(1), ['x', 'y'], [':method', 'GET']], 1)], reset: protocol },
  { name: '8.3.1 no method', send: [headers(1, get.slice(1), 1)], reset: protocol },
  { name: '8.3.1 two methods', send: [headers(1, [[':method', 'GET'], ...get], 1)], reset: protocol },
  { name: '8.3.1 no path', send: [headers(1, get.filter(([name]) => name !== ':path'), 1)], reset: protocol },
  { name: '8.3.1 path in absolute form', send: [headers(1, [...get.filter(([name]) => name !== ':path'), [':path', 'http://evil/']], 1)], reset: protocol },
  { name: '8.3.1 path with a request behind it', send: [headers(1, [...get.filter(([name]) => name !== ':path'), [':path', '/ HTTP/1.1\r\nx: y']], 1)], reset: protocol },
  { name: '8.3.1 path with a version behind it', send: [headers(1, [...get.filter(([name]) => name !== ':path'), [':path', '/ HTTP/1.1']], 1)], reset: protocol },
  { name: '8.3.1 method with a space', send: [headers(1, [[':method', 'GET /x'], ...get.slice(1)], 1)], reset: protocol },
  { name: '8.3.1 host that is not the authority', send: [withField('host', 'b.test')], reset: protocol },
  { name: '5.1.2 more streams than allowed', send: Array.from({ length: 129 }, (_, index) => headers(index * 2 + 1, post)), reset: refused, stream: 257 },
  { name: 'flood of PINGs', send: [Buffer.concat(Array.from({ length: 1100 }, () => frame(6, 0, 0, Buffer.alloc(8))))], goAway: calm },
  { name: 'flood of SETTINGS', send: [Buffer.concat(Array.from({ length: 1100 }, () => frame(4, 0, 0, '')))], goAway: calm },
  { name: 'flood of window updates', send: [Buffer.concat(Array.from({ length: 1100 }, () => frame(8, 0, 0, '00000001')))], goAway: calm },
  { name: 'flood of empty DATA', send: [open, Buffer.concat(Array.from({ length: 1100 }, () => frame(0, 0, 1, '')))], goAway: calm },
  { name: 'flood of PRIORITY', send: [Buffer.concat(Array.from({ length: 1100 }, () => frame(2, 0, 1, '0000000000')))], goAway: calm },
  { name: 'flood of CONTINUATION', send: [frame(1, 1, 1, block(get)), ...Array.from({ length: 70 }, () => frame(9, 0, 1, ''))], goAway: calm },
  { name: 'block without end', send: [frame(1, 1, 1, block(get)), ...Array.from({ length: 12 }, () => frame(9, 0, 1, Buffer.alloc(16_000, 0x82)))], goAway: calm },
  { name: 'streams opened and reset at once', send: Array.from({ length: 600 }, (_, index) => Buffer.concat([headers(index * 2 + 1, get, 1), frame(3, 0, index * 2 + 1, '00000008')])), goAway: calm },
  { name: 'streams broken by the client all the time', send: Array.from({ length: 600 }, (_, index) => Buffer.concat([headers(index * 2 + 1, post), frame(8, 0, index * 2 + 1, '00000000')])), goAway: calm },
];

for (const violation of violations) {
  test(`RFC 9113 ${violation.name}`, limit, async (t) => {
    const backend = await rawBackend(t, answering(answer));
    const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
    const wire = connect();
    wire.socket.write(Buffer.concat([Buffer.from(preface), frame(4, 0, 0, ''), ...violation.send]));
    const { goAway, reset } = violation;
    if (goAway !== undefined) {
      await wire.until(({ received }) => framesOf(received).some(({ type }) => type === 7));
      const last = framesOf(wire.received).find(({ type }) => type === 7);
      assert.equal(last?.payload.readUInt32BE(4), goAway);
      await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    } else {
      const resets = ({ received }: Wire): ReturnType<typeof framesOf> => framesOf(received).filter(({ type, stream }) => type === 3 && stream === (violation.stream ?? 1));
      await wire.until((it) => resets(it).length > 0);
      assert.equal(resets(wire)[0]?.payload.readUInt32BE(0), reset);
      // The connection goes on.
      wire.socket.write(frame(6, 0, 0, '0102030405060708'));
      await wire.until(({ received }) => framesOf(received).some(({ type, flags, payload }) => type === 6 && flags === 1 && payload[7] === 8));
    }
    wire.socket.destroy();
    assert.ok(proxy.stats().connections >= 1);
  });
}

test('a connection that begins with something else is no HTTP/2', limit, async (t) => {
  const backend = await rawBackend(t, answering(answer));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const frames = framesOf(await ask('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'));
  assert.deepEqual(frames.map(({ type }) => type), [4, 8, 7]);
  assert.equal(frames[2]?.payload.readUInt32BE(4), protocol);
});

test('the preface and a request, byte by byte', limit, async (t) => {
  const backend = await rawBackend(t, answering(answer));
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  for (const byte of Buffer.concat([Buffer.from(preface), frame(4, 0, 0, ''), request])) {
    await new Promise((resolve) => { wire.socket.write(Buffer.of(byte), resolve); });
  }
  await wire.until(({ received }) => framesOf(received).some(({ type, flags, stream }) => type === 0 && stream === 1 && (flags & 1) === 1));
  const data = framesOf(wire.received).filter(({ type }) => type === 0);
  assert.equal(Buffer.concat(data.map(({ payload }) => payload)).toString(), 'ok');
});
