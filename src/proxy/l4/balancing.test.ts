import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Balancing, Ir } from '../../ir/index.ts';
import { endpoint, eventually, rawBackend, type RawBackend } from '../testing/rig.test.ts';
import { serveStreams, type ServedStreams, streamIr } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };

async function greeting(t: TestContext, count: number): Promise<RawBackend[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => rawBackend(t, (wire) => wire.send(`backend ${index}\n`))));
}

function irOf(backends: readonly RawBackend[], balancing: Balancing): Ir {
  const ir = streamIr({ listeners: { l: { protocol: 'tcp' } }, backends: { main: backends.map(({ port }) => endpoint(port)) } });
  return { ...ir, backends: { main: { ...ir.backends['main']!, balancing, ejection: { on: 'connect', failures: 2, firstMs: 600_000, mostMs: 600_000 } } } };
}

async function greeted(rig: ServedStreams): Promise<string> {
  const wire = rig.connect();
  await wire.untilReceived('\n');
  return wire.received;
}

async function refuseAll(backend: RawBackend): Promise<void> {
  await new Promise<void>((resolve) => {
    backend.server.close(() => resolve());
    for (const { socket } of backend.wires) socket.destroy();
  });
}

test('by hash of the address a client stays with its endpoint, and goes to another when that takes no connection', limit, async (t) => {
  const backends = await greeting(t, 4);
  const rig = await serveStreams(t, irOf(backends, { kind: 'hash', on: { kind: 'source' } }));
  const home = await greeted(rig);
  for (let i = 0; i < 5; i++) assert.equal(await greeted(rig), home);
  await refuseAll(backends[Number(/\d/.exec(home)![0])]!);
  const next = await greeted(rig);
  assert.notEqual(next, home);
  for (let i = 0; i < 5; i++) assert.equal(await greeted(rig), next);
  assert.equal(rig.proxy.stats().ejections, 1);
  assert.equal(rig.proxy.stats().upstreamConnectFailures, 2);
});

test('by least request the endpoint with fewer connections gets the next', limit, async (t) => {
  const backends = await greeting(t, 2);
  const rig = await serveStreams(t, irOf(backends, { kind: 'least-request' }));
  for (let i = 0; i < 10; i++) await greeted(rig);
  assert.deepEqual(backends.map(({ wires }) => wires.length), [5, 5]);
  for (const { socket } of backends[0]!.wires) socket.resetAndDestroy();
  await eventually(() => rig.proxy.stats().activeUpstreamConnections === 5);
  for (let i = 0; i < 5; i++) await greeted(rig);
  assert.deepEqual(backends.map(({ wires }) => wires.length), [10, 5]);
});
