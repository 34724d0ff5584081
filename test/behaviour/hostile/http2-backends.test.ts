/** Hostile backends over HTTP/2: each client hears the truth, memory stays bounded, and requests to other backends are answered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { preface } from '../../../src/proxy/http2/frames.ts';
import { frame, framesOf } from '../../../src/proxy/http2/testing/frames.ts';
import { type BadBackend, badBackends, greedy } from './http2-backends.ts';
import { serveElsewhere, type ServedElsewhere } from './proxy-process.ts';
import { askOnce, Bystanders, type HostilePeer, hostilePeer, irForMany, plainSocket, politeBackend, pushOut, type Setting } from './rig.ts';

const mostBytes = 64 << 20;
const ends: (() => unknown)[] = [];
const whole = { after: (end: () => unknown): void => { ends.unshift(end); } };
const peers: HostilePeer[] = [];
let served: ServedElsewhere;

/** Starts a backend that answers every request in its own way. */
function start({ answer, settings = frame(4, 0, 0) }: BadBackend): Promise<HostilePeer> {
  const answered: Set<number>[] = [];
  return hostilePeer(whole, (socket, received, index) => {
    if (received.length < preface.length) return;
    const seen = answered[index] ??= new Set();
    if (seen.size === 0 && !seen.has(0)) {
      seen.add(0);
      socket.write(settings);
    }
    for (const { type, stream } of framesOf(received.slice(preface.length))) {
      if (type !== 1 || seen.has(stream)) continue;
      seen.add(stream);
      for (const piece of answer(stream, index)) socket.write(piece);
    }
  });
}

before(async () => {
  const settings: [string, Setting][] = [['/fine', { endpoints: [{ address: '127.0.0.1', port: await politeBackend(whole), ready: true }] }]];
  for (const [index, one] of [...badBackends, greedy].entries()) {
    const peer = await start(one);
    peers.push(peer);
    settings.push([`/case-${index}`, { endpoints: [{ address: '127.0.0.1', port: peer.port, ready: true }], protocol: 'h2c', ...one.hears === 504 ? { requestTimeoutMs: 300 } : {} }]);
  }
  served = await serveElsewhere(whole, { ir: irForMany(Object.fromEntries(settings)), settings: {} });
});

after(async () => {
  for (const end of ends) await end();
});

for (const [index, { name, hears, text = '', bodyBytes, isLeft }] of badBackends.entries()) {
  test(`a backend over HTTP/2: ${name}`, { timeout: 30_000 }, async (t) => {
    const bystanders = new Bystanders(t, served.port);
    const { peakBytes } = await served.report();
    const asked = bodyBytes === undefined ? { path: `/case-${index}` } : { path: `/case-${index}`, method: 'POST', body: Buffer.alloc(bodyBytes) };
    const [{ status, body, isBroken }] = await Promise.all([askOnce(served.port, asked), bystanders.ask()]);
    if (hears === 'broken') assert.ok(isBroken, `it heard ${status} ${body.slice(0, 100)}`);
    else assert.deepEqual({ status, isBroken }, { status: hears, isBroken: false });
    assert.ok(body.includes(text), body);
    const { sockets } = peers[index] as HostilePeer;
    if (isLeft === true) await Promise.all(sockets.map((socket) => socket.destroyed || new Promise((resolve) => { socket.once('close', resolve); })));
    const { peakBytes: peak } = await served.until(({ stats }) => stats.activeRequests === 0);
    assert.ok(peak - peakBytes < mostBytes, `memory rose by ${((peak - peakBytes) / (1 << 20)).toFixed(0)} MiB`);
    assert.equal(served.output(), '');
  });
}

test('a backend over HTTP/2 sends more than the windows let in, to a client that does not read', { timeout: 30_000 }, async (t) => {
  const { peakBytes } = await served.report();
  const socket = await plainSocket(t, served.port);
  socket.pause();
  await pushOut(socket, Buffer.from(`GET /case-${badBackends.length} HTTP/1.1\r\nHost: a\r\n\r\n`));
  const { peakBytes: peak } = await served.until(({ stats }) => stats.statusClass[2] > 0 && stats.activeRequests === 0);
  assert.ok(peak - peakBytes < mostBytes, `memory rose by ${((peak - peakBytes) / (1 << 20)).toFixed(0)} MiB`);
});
