import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProxy } from '../index.ts';
import { endpoint, eventually } from '../testing/rig.test.ts';
import { serveStreams, streamIr, udpBackend, type StreamPlan } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };
const udp = { udp: { protocol: 'udp' as const } };

test('answers come from the port that was asked, and a client keeps its session', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const { datagrams, udpPort, proxy } = await serveStreams(t, { listeners: udp, backends: { main: [backend.endpoint] } });
  const client = await datagrams();
  assert.deepEqual((await client.ask('1', '2', '3')).sort(), ['a:1', 'a:2', 'a:3']);
  assert.deepEqual(await client.ask(''), ['a:']);
  assert.ok(client.answers.every(({ from }) => from === udpPort));
  assert.equal(new Set(backend.sources).size, 1);
  await (await datagrams()).ask('other');
  assert.equal(new Set(backend.sources).size, 2);
  const { udpSessions, activeUdpSessions, udpReceived, udpSent, udpDropped } = proxy.stats();
  assert.deepEqual({ udpSessions, activeUdpSessions, udpReceived, udpSent, udpDropped }, { udpSessions: 2, activeUdpSessions: 2, udpReceived: 5, udpSent: 5, udpDropped: 0 });
});

test('large datagrams pass', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const { datagrams } = await serveStreams(t, { listeners: udp, backends: { main: [backend.endpoint] } });
  const text = 'x'.repeat(60_000);
  assert.deepEqual(await (await datagrams()).ask(text), [`a:${text}`]);
});

test('sessions are shared by weight, nothing is lost', limit, async (t) => {
  const [a, b] = [await udpBackend(t, 'a'), await udpBackend(t, 'b')];
  const { datagrams, proxy } = await serveStreams(t, {
    listeners: udp, routes: { main: { a: 7, b: 3, none: 0 } }, backends: { a: [a.endpoint], b: [b.endpoint], none: [endpoint(1)] },
  });
  const counts: Record<string, number> = {};
  for (let i = 0; i < 50; i++) {
    const [answer = ''] = await (await datagrams()).ask('x');
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  assert.deepEqual(counts, { 'a:x': 35, 'b:x': 15 });
  assert.equal(proxy.stats().udpDropped, 0);
});

test('an apply leaves sessions alone; new targets are for new sessions', limit, async (t) => {
  const [a, b] = [await udpBackend(t, 'a'), await udpBackend(t, 'b')];
  const backends = { a: [a.endpoint], b: [b.endpoint] };
  const plan: StreamPlan = { listeners: udp, routes: { main: { a: 1 } }, backends };
  const { datagrams, proxy } = await serveStreams(t, plan);
  const client = await datagrams();
  await client.ask('1');
  await proxy.apply(streamIr({ ...plan, routes: { main: { b: 1 } } }));
  assert.deepEqual(await client.ask('2'), ['a:2']);
  assert.deepEqual(await (await datagrams()).ask('3'), ['b:3']);
});

test('a session ends with its endpoint, and the next datagram begins another', limit, async (t) => {
  const [a, b] = [await udpBackend(t, 'a'), await udpBackend(t, 'b')];
  const { datagrams, proxy } = await serveStreams(t, { listeners: udp, backends: { main: [a.endpoint] } });
  const client = await datagrams();
  await client.ask('1');
  proxy.updateEndpoints({ main: [b.endpoint] });
  assert.deepEqual(await client.ask('2'), ['b:2']);
  assert.equal(proxy.stats().activeUdpSessions, 1);
});

test('an endpoint that refuses ends its session', limit, async (t) => {
  const [a, b] = [await udpBackend(t, 'a'), await udpBackend(t, 'b')];
  const { datagrams, proxy } = await serveStreams(t, { listeners: udp, backends: { main: [a.endpoint, b.endpoint] } });
  const client = await datagrams();
  await client.ask('1');
  await a.close();
  client.socket.send('lost', proxy.bound()['u']?.port ?? 0, '127.0.0.1');
  await eventually(() => proxy.stats().activeUdpSessions === 0);
  assert.deepEqual(await client.ask('2'), ['b:2']);
});

test('without route or endpoint datagrams are dropped and counted', limit, async (t) => {
  const plans: StreamPlan[] = [{ listeners: { udp: { protocol: 'udp', hosts: [] } } }, { listeners: udp, routes: { main: { refuse: 1 } } }, { listeners: udp, backends: { main: [] } }];
  for (const plan of plans) {
    const { datagrams, udpPort, proxy } = await serveStreams(t, plan);
    (await datagrams()).socket.send('x', udpPort, '127.0.0.1');
    await eventually(() => proxy.stats().udpDropped === 1);
    assert.equal(proxy.stats().activeUdpSessions, 0);
  }
});

test('the number of sessions is bounded, and an idle one makes room', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const { datagrams, udpPort, proxy } = await serveStreams(t, {
    listeners: udp, backends: { main: [backend.endpoint] }, settings: { limits: { udpSessions: 1 }, timeouts: { udpIdleMs: 200 } },
  });
  await (await datagrams()).ask('1');
  const late = await datagrams();
  late.socket.send('x', udpPort, '127.0.0.1');
  await eventually(() => proxy.stats().udpDropped === 1 || late.answers.length === 1);
  await eventually(() => proxy.stats().activeUdpSessions === 0);
  assert.deepEqual((await late.ask('2')).at(-1), 'a:2');
});

test('TCP and UDP share a port number', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const plan: StreamPlan = { listeners: { ...udp, tcp: { protocol: 'tcp' } }, backends: { main: [backend.endpoint] } };
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  const states: unknown[] = [];
  // The kernel chooses a UDP port; that number may be taken for TCP by another program, so another one is tried.
  for (let tries = 0; tries < 20 && states.at(-1) !== 'serving'; tries++) {
    await proxy.apply(streamIr({ ...plan, listeners: {} }));
    await proxy.apply(streamIr({ ...plan, listeners: udp }));
    const port = proxy.bound()['u']?.port ?? 0;
    const { listeners } = await proxy.apply({
      ...streamIr(plan), sockets: { s: { address: '127.0.0.1', port }, u: { address: '127.0.0.1', port: 0, transport: 'udp' } },
    });
    states.push(listeners['tcp']?.state);
    if (listeners['tcp']?.state === 'serving') assert.equal(proxy.bound()['u']?.port, proxy.bound()['s']?.port);
  }
  assert.equal(states.at(-1), 'serving');
});

test('a UDP port that is taken fails alone', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const ir = streamIr({ listeners: { ...udp, tcp: { protocol: 'tcp' } }, backends: { main: [backend.endpoint] } });
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  const { port } = backend.endpoint;
  const { listeners } = await proxy.apply({ ...ir, sockets: { ...ir.sockets, u: { address: '127.0.0.1', port, transport: 'udp' } } });
  assert.deepEqual(listeners, { tcp: { state: 'serving' }, udp: { state: 'failed', reason: 'PortUnavailable', message: `127.0.0.1:${port} is in use by another program` } });
});

test('a removed listener frees its port and ends its sessions', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const { datagrams, proxy } = await serveStreams(t, { listeners: udp, backends: { main: [backend.endpoint] } });
  await (await datagrams()).ask('1');
  await proxy.apply({ ...streamIr({ listeners: {}, backends: { main: [backend.endpoint] } }) });
  assert.deepEqual(proxy.bound(), {});
  await eventually(() => proxy.stats().activeUdpSessions === 0);
});
