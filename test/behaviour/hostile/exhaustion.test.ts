/** What runs out: descriptors, queues, patience with idle and slow clients. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { until } from '../../harness/temp-folder.ts';
import { fullServer } from './full-server.ts';
import { type Circumstances, serveElsewhere, type ServedElsewhere } from './proxy-process.ts';
import { askOnce, Bystanders, irFor, irForMany, plainSocket, politeBackend, pushOut } from './rig.ts';

const limit = { timeout: 60_000 };
/** HOSTILE_IDLE=20000 for the full number, where the system allows so many descriptors. */
const idleCount = Number(process.env['HOSTILE_IDLE'] ?? 1000);
const local = (port: number): { readonly address: string; readonly port: number; readonly ready: true } => ({ address: '127.0.0.1', port, ready: true });
const quick = { headMs: 500, bodyMs: 500, idleMs: 60_000, writeMs: 500, connectMs: 500 };

async function serveQuickly(t: TestContext, circumstances: Circumstances = {}, timeouts: Partial<typeof quick> = {}): Promise<ServedElsewhere> {
  return serveElsewhere(t, { ir: irFor({ endpoints: [local(await politeBackend(t))] }), settings: { timeouts: { ...quick, ...timeouts } } }, circumstances);
}

/** Everything that comes until the proxy ends the connection. */
async function heardOf(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (piece: Buffer) => { received += piece.toString('latin1'); });
  socket.once('end', () => socket.end());
  await once(socket, 'close');
  return received;
}

/** Writes a piece every few milliseconds until the connection is gone. */
function drip(socket: Socket, piece: string): void {
  const beat = setInterval(() => { if (socket.writable) socket.write(piece, 'latin1'); }, 20);
  socket.once('close', () => clearInterval(beat));
}

test('a head that drips is cut off at its time, however it goes on', limit, async (t) => {
  const { port } = await serveQuickly(t);
  const socket = await plainSocket(t, port);
  socket.write('GET /fine HTTP/1.1\r\nHost: a\r\n');
  drip(socket, 'X: y\r\n');
  assert.match(await heardOf(socket), /^HTTP\/1\.1 408 [^]*took too long/);
});

test('a preface of HTTP/2 that drips is cut off at its time', limit, async (t) => {
  const { port } = await serveQuickly(t);
  const socket = await plainSocket(t, port);
  socket.write('PRI * HTTP/2.0\r\n\r\n');
  const heard = heardOf(socket);
  await heard;
});

test('a body that stops is cut off', limit, async (t) => {
  const { port } = await serveQuickly(t);
  const socket = await plainSocket(t, port);
  socket.write('POST /silent HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello');
  assert.match(await heardOf(socket), /^HTTP\/1\.1 408 [^]*body took too long/);
});

test('a client that says nothing is cut off', limit, async (t) => {
  const { port } = await serveQuickly(t, {}, { idleMs: 300 });
  assert.equal(await heardOf(await plainSocket(t, port)), '');
});

test('a client that reads nothing of a long answer is cut off, and the backend is not read on', limit, async (t) => {
  const served = await serveQuickly(t);
  const socket = await plainSocket(t, served.port);
  socket.pause();
  const { peakBytes } = await served.report();
  // More answers than all buffers on the way hold.
  await pushOut(socket, Buffer.from('GET /big HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500)));
  const { peakBytes: peak } = await served.until(({ stats }) => stats.connections === 1 && stats.activeConnections === 0 && stats.activeRequests === 0);
  assert.ok(peak - peakBytes < 64 << 20);
});

test('a client that pipelines and reads nothing is cut off', limit, async (t) => {
  const served = await serveQuickly(t);
  const socket = await plainSocket(t, served.port);
  socket.pause();
  const { peakBytes } = await served.report();
  const gone = served.until(({ stats }) => stats.connections === 1 && stats.activeConnections === 0).then(() => false);
  const piece = Buffer.from('GET /own HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1000));
  for (let goesOn = true; goesOn;) goesOn = await Promise.race([pushOut(socket, piece), gone]);
  assert.ok((await served.report()).peakBytes - peakBytes < 64 << 20);
});

test(`${idleCount} idle connections cost little, and others are served`, limit, async (t) => {
  const served = await serveQuickly(t);
  const bystanders = new Bystanders(t, served.port);
  await bystanders.ask();
  const { liveBytes } = await served.report('collect');
  const sockets: Socket[] = [];
  for (let count = 0; count < idleCount; count++) sockets.push(await plainSocket(t, served.port));
  await served.until(({ stats }) => stats.activeConnections === idleCount + bystanders.count);
  const { liveBytes: live } = await served.report('collect');
  const each = (live - liveBytes) / idleCount;
  assert.ok(each < 10_000, `each takes ${each.toFixed(0)} bytes`);
  await bystanders.ask();
  for (const socket of sockets) socket.destroy();
  await served.until(({ stats }) => stats.activeConnections === bystanders.count);
});

/** Streams that are never answered, each on a connection of its own to the backend. */
function ask(session: ClientHttp2Session, count: number): ClientHttp2Stream[] {
  return Array.from({ length: count }, () => {
    const stream = session.request({ ':path': '/silent' });
    stream.on('error', () => undefined);
    return stream;
  });
}

test('without descriptors for backends a request gets 503, and once there are some again it is answered', limit, async (t) => {
  const served = await serveQuickly(t, { descriptors: 128 });
  const session = connectHttp2(`http://127.0.0.1:${served.port}`);
  t.after(() => session.destroy());
  const streams = ask(session, 128);
  const texts: string[] = [];
  let answers = 0;
  const statuses = streams.map((stream) => new Promise<number | undefined>((resolve) => {
    stream.on('response', (head) => resolve(head[':status']));
    stream.on('data', (piece: Buffer) => { texts.push(piece.toString()); });
    stream.on('end', () => { answers++; });
    stream.on('close', () => resolve(undefined));
  }));
  const { stats } = await served.until(({ stats }) => stats.statusClass[5] > 0 && stats.statusClass[5] + stats.activeRequests === 128);
  assert.ok(stats.statusClass[5] < 128, `${stats.statusClass[5]} were refused`);
  await until(t, () => answers >= stats.statusClass[5]);
  for (const stream of streams) stream.close(8);
  assert.deepEqual([...new Set(await Promise.all(statuses))].sort(), [503, undefined]);
  assert.match(texts.join(''), /No endpoint of the backend accepts connections/);
  await served.until(({ stats: now }) => now.activeUpstreamConnections === 0);
  assert.deepEqual(await askOnce(served.port, { path: '/fine' }), { status: 200, body: 'ok', isBroken: false });
  assert.equal(served.output(), '');
});

test('a backend whose queue is full: 504, and another backend is reached', limit, async (t) => {
  const full = await fullServer(t);
  const polite = await politeBackend(t);
  const served = await serveElsewhere(t, { ir: irForMany({ '/full': { endpoints: [local(full)] }, '/': { endpoints: [local(polite)] } }), settings: { timeouts: quick } });
  const [hung, fine] = await Promise.all([askOnce(served.port, { path: '/full' }), askOnce(served.port, { path: '/fine' })]);
  assert.equal(hung.status, 504);
  assert.match(hung.body, /did not accept the connection in time/);
  assert.deepEqual(fine, { status: 200, body: 'ok', isBroken: false });
});
