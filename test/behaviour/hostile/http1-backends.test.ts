/** Slow and broken backends over HTTP/1.1: each client hears the truth in time, and requests to other backends are answered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type SlowBackend, slowBackends } from './http1-backends.ts';
import { serveElsewhere, type ServedElsewhere } from './proxy-process.ts';
import { askOnce, Bystanders, type HostilePeer, hostilePeer, irForMany, politeBackend, type Setting } from './rig.ts';

const mostBytes = 64 << 20;
const ends: (() => unknown)[] = [];
const whole = { after: (end: () => unknown): void => { ends.unshift(end); } };
const peers: HostilePeer[] = [];
let served: ServedElsewhere;

/** Starts a backend that answers the first request of each connection. */
function start({ answer }: SlowBackend): Promise<HostilePeer> {
  const answered = new Set<number>();
  return hostilePeer(whole, (socket, received, index) => {
    if (answered.has(index) || !received.includes('\r\n\r\n')) return;
    answered.add(index);
    answer(socket, index);
  });
}

before(async () => {
  const settings: [string, Setting][] = [['/fine', { endpoints: [{ address: '127.0.0.1', port: await politeBackend(whole), ready: true }] }]];
  for (const [index, one] of slowBackends.entries()) {
    const peer = await start(one);
    peers.push(peer);
    const { requestTimeoutMs } = one;
    settings.push([`/case-${index}-`, { endpoints: [{ address: '127.0.0.1', port: peer.port, ready: true }], ...requestTimeoutMs === undefined ? {} : { requestTimeoutMs } }]);
  }
  served = await serveElsewhere(whole, { ir: irForMany(Object.fromEntries(settings)), settings: {} });
});

after(async () => {
  for (const end of ends) await end();
});

for (const [index, { name, hears, text = '', method = 'GET', bodyBytes, isLeft }] of slowBackends.entries()) {
  test(`a backend ${name}`, { timeout: 30_000 }, async (t) => {
    const bystanders = new Bystanders(t, served.port);
    const { peakBytes } = await served.report();
    const asked = { path: `/case-${index}-`, method, ...bodyBytes === undefined ? {} : { body: Buffer.alloc(bodyBytes) } };
    const [{ status, body, isBroken }] = await Promise.all([askOnce(served.port, asked), bystanders.ask()]);
    if (hears === 'broken') assert.ok(isBroken, `it heard ${status} ${body.slice(0, 100)}`);
    else assert.equal(status, hears, body);
    assert.ok(body.includes(text), body);
    const { sockets } = peers[index] as HostilePeer;
    if (isLeft === true) await Promise.all(sockets.map((socket) => socket.destroyed || new Promise((resolve) => { socket.once('close', resolve); })));
    const { peakBytes: peak } = await served.until(({ stats }) => stats.activeRequests === 0);
    assert.ok(peak - peakBytes < mostBytes, `memory rose by ${((peak - peakBytes) / (1 << 20)).toFixed(0)} MiB`);
    assert.equal(served.output(), '');
  });
}
