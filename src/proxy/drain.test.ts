/** How a proxy ends: what is under way goes on, up to a limit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, framesOf, get as getFields, headers, type ReadFrame } from './http2/testing/frames.ts';
import { answering, endpoint, eventually, rawBackend, serve, type Wire } from './testing/rig.test.ts';

const limit = { timeout: 30_000 };
const isOver = ({ hasEnded, hasClosed }: Wire): boolean => hasEnded || hasClosed;
const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const [headersType, settingsType, pingType, goAwayType] = [1, 4, 6, 7];
const http2 = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'), frame(settingsType, 0, 0)]);

test('idle connections close at once, and a new one is refused', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const [fresh, used] = [connect(), connect()];
  used.send(get);
  await used.until(({ received }) => received.endsWith('ok'));
  await proxy.close(60_000);
  await Promise.all([fresh, used].map((wire) => wire.until(isOver)));
  const late = connect();
  await late.untilClosed();
  assert.match(late.error?.message ?? '', /ECONNREFUSED/);
});

test('an answer that has not begun says that the connection closes; a long download comes whole', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const [waiting, loading] = [connect(), connect()];
  waiting.send(get);
  await eventually(() => backend.wires[0]?.received.endsWith('\r\n\r\n') === true);
  loading.send(get);
  await eventually(() => backend.wires[1]?.received.endsWith('\r\n\r\n') === true);
  backend.wires[1]?.send(`HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n${'x'.repeat(500_000)}`);
  await loading.until(({ received }) => received.length > 400_000);
  const closed = proxy.close(60_000);
  backend.wires[0]?.send(ok);
  await waiting.until(({ hasEnded }) => hasEnded);
  assert.match(waiting.received, /^HTTP\/1\.1 200 OK\r\n[^]*\r\nconnection: close\r\n[^]*ok$/);
  backend.wires[1]?.send('y'.repeat(500_000));
  await loading.until(({ hasEnded }) => hasEnded);
  assert.equal(loading.received.slice(loading.received.indexOf('\r\n\r\n') + 4).length, 1_000_000);
  waiting.socket.end();
  loading.socket.end();
  await closed;
});

test('requests that an HTTP/2 client sends before it hears of the end are answered', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  const frames = (type: number): ReadFrame[] => framesOf(wire.received).filter((it) => it.type === type);
  wire.socket.write(http2);
  await wire.until(() => frames(settingsType).length > 0);
  const closed = proxy.close(60_000);
  await wire.until(() => frames(pingType).length > 0);
  assert.deepEqual(frames(goAwayType).map(({ payload }) => payload.readUInt32BE(0)), [2 ** 31 - 1]);
  wire.socket.write(Buffer.concat([headers(1, getFields, 1), frame(pingType, 1, 0, frames(pingType)[0]?.payload ?? '')]));
  await wire.until(({ hasEnded }) => hasEnded);
  assert.equal(frames(headersType).length, 1);
  assert.deepEqual(frames(goAwayType).map(({ payload }) => [payload.readUInt32BE(0), payload.readUInt32BE(4)]).at(-1), [1, 0]);
  wire.socket.end();
  await closed;
});

test('an HTTP/2 client that does not listen is left after a while, and its streams end in peace', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  const frames = (type: number): ReadFrame[] => framesOf(wire.received).filter((it) => it.type === type);
  wire.socket.write(Buffer.concat([http2, headers(1, getFields, 1)]));
  await eventually(() => backend.wires[0]?.received.endsWith('\r\n\r\n') === true);
  const closed = proxy.close(60_000);
  await wire.until(() => frames(goAwayType).length === 2);
  wire.socket.write(headers(3, getFields, 1));
  await wire.until(() => frames(3).length > 0);
  assert.deepEqual(frames(3).map(({ stream, payload }) => [stream, payload.readUInt32BE(0)]), [[3, 7]], 'a late stream is refused, so that it can be sent elsewhere');
  backend.wires[0]?.send(ok);
  await wire.until(({ hasEnded }) => hasEnded);
  assert.deepEqual(frames(headersType).map(({ stream }) => stream), [1]);
  wire.socket.end();
  await closed;
});

test('tunnels live until the limit and are cut then', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => void wire.untilReceived('\r\n\r\n').then(() => wire.send('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')));
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  wire.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
  await wire.untilReceived('101');
  const closed = proxy.close(1000);
  wire.send('still here');
  await backend.wires[0]?.untilReceived('still here');
  backend.wires[0]?.send('so am I');
  await wire.untilReceived('so am I');
  await wire.until(isOver);
  await closed;
});

test('a patient end lets an idle connection carry one more request', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const [wire, silent] = [connect(), connect()];
  wire.send(get);
  await wire.until(({ received }) => received.endsWith('ok'));
  silent.send(get);
  await silent.until(({ received }) => received.endsWith('ok'));
  const closed = proxy.close(1500, 'patient');
  wire.received = '';
  wire.send(get);
  await wire.until(({ hasEnded }) => hasEnded);
  assert.match(wire.received, /\r\nconnection: close\r\n/);
  wire.socket.end();
  await silent.until(isOver);
  await closed;
});
