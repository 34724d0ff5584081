import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as holds, asyncProperty, constantFrom, integer, oneof, record, uint8Array } from 'fast-check';
import { answering, endpoint, eventually, rawBackend, serve } from '../testing/rig.test.ts';
import { preface } from './frames.ts';
import { block, frame, framesOf, get, headers, post } from './testing/frames.ts';

const anyFrame = record({
  type: integer({ min: 0, max: 10 }), flags: integer({ min: 0, max: 255 }), stream: constantFrom(0, 1, 1, 1, 2, 3, 5),
  payload: oneof(uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), constantFrom(block(get), block(post), Buffer.alloc(4, 1), Buffer.alloc(8), Buffer.alloc(0))),
}).map(({ type, flags, stream, payload }) => frame(type, flags, stream, payload));

test('whatever frames come, the connection ends or goes on by the rules, and others are served', { timeout: 60_000 }, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  await holds(asyncProperty(array(oneof(anyFrame, constantFrom(headers(1, get, 1), headers(3, post))), { maxLength: 12 }), async (frames) => {
    const wire = connect();
    // The PING at the end is answered, or the connection ended before it.
    wire.socket.write(Buffer.concat([Buffer.from(preface), frame(4, 0, 0, ''), ...frames, frame(6, 0, 0, '00000000000000ff')]));
    await wire.until(({ received, hasEnded, hasClosed }) => hasEnded || hasClosed
      || framesOf(received).some(({ type, flags, payload }) => type === 6 && flags === 1 && payload[7] === 255)
      || framesOf(received).some(({ type }) => type === 7));
    wire.socket.destroy();
  }), { numRuns: 150 });
  await eventually(() => proxy.stats().activeConnections === 0 && proxy.stats().activeRequests === 0);
  const wire = connect();
  wire.socket.write(Buffer.concat([Buffer.from(preface), frame(4, 0, 0, ''), headers(1, get, 1)]));
  await wire.until(({ received }) => framesOf(received).some(({ type }) => type === 0));
  assert.equal(framesOf(wire.received).find(({ type }) => type === 0)?.payload.toString(), 'ok');
});
