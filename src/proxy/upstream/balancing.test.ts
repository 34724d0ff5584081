import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Backend, Ejection, Endpoint } from '../../ir/index.ts';
import { answering, endpoint, eventually, irOf, rawBackend, refusing, type RawBackend, serve, type Served } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const get = (lines = ''): string => `GET / HTTP/1.1\r\nHost: a\r\n${lines}Connection: close\r\n\r\n`;

const countOf = ({ wires }: RawBackend): number => wires.reduce((sum, { received }) => sum + received.split(' HTTP/1.1\r\n').length - 1, 0);

async function apply(rig: Served, endpoints: readonly Endpoint[], more: Partial<Backend> = {}): Promise<void> {
  const ir = irOf({ backends: { main: endpoints } });
  await rig.reapply({ ...ir, backends: { main: { ...ir.backends['main']!, ...more } } });
}

async function answeringBackends(t: TestContext, count: number): Promise<RawBackend[]> {
  return Promise.all(Array.from({ length: count }, () => rawBackend(t, answering(ok))));
}

test('by hash a header keeps its endpoint, and loses it only with that endpoint', limit, async (t) => {
  const backends = await answeringBackends(t, 3);
  const rig = await serve(t, {});
  const endpoints = backends.map(({ port }) => endpoint(port));
  const more: Partial<Backend> = { balancing: { kind: 'hash', on: { kind: 'header', name: 'x-user' } } };
  await apply(rig, endpoints, more);
  const homeOf = async (user: number): Promise<RawBackend> => {
    const before = backends.map(countOf);
    assert.match(await rig.ask(get(`X-User: ${user}\r\n`)), / 200 /);
    return backends.find((it, index) => countOf(it) > before[index]!)!;
  };
  const users = Array.from({ length: 12 }, (_, index) => index);
  const homes: RawBackend[] = [];
  for (const user of users) homes.push(await homeOf(user));
  assert.ok(new Set(homes).size > 1);
  for (const user of users) assert.equal(await homeOf(user), homes[user]);
  await apply(rig, endpoints.filter(({ port }) => port !== homes[0]!.port), more);
  for (const user of users) {
    const home = await homeOf(user);
    if (homes[user] === homes[0]) assert.notEqual(home, homes[0]);
    else assert.equal(home, homes[user]);
  }
});

test('by hash of the address one client stays with one endpoint, and goes to the next where that takes no connection', limit, async (t) => {
  const backends = await answeringBackends(t, 3);
  const rig = await serve(t, {});
  const more: Partial<Backend> = { balancing: { kind: 'hash', on: { kind: 'source' } } };
  await apply(rig, backends.map(({ port }) => endpoint(port)), more);
  for (let i = 0; i < 6; i++) assert.match(await rig.ask(get()), / 200 /);
  assert.deepEqual(backends.map(countOf).toSorted(), [0, 0, 6]);
  const home = backends.find((it) => countOf(it) === 6)!;
  await new Promise<void>((resolve) => {
    home.server.close(() => resolve());
    for (const { socket } of home.wires) socket.destroy();
  });
  for (let i = 0; i < 6; i++) assert.match(await rig.ask(get()), / 200 /);
  assert.deepEqual(backends.map(countOf).toSorted(), [0, 6, 6]);
});

test('by least request an endpoint that hangs gets no more than a few', limit, async (t) => {
  const hanging = await rawBackend(t);
  const lively = await rawBackend(t, answering(ok));
  const rig = await serve(t, {});
  await apply(rig, [endpoint(hanging.port), endpoint(lively.port)], { balancing: { kind: 'least-request' } });
  const wires = Array.from({ length: 1 }, () => rig.connect());
  for (let i = 0; countOf(hanging) === 0; i++) {
    const wire = rig.connect();
    wire.send(get());
    wires.push(wire);
    const asked = i + 1;
    await eventually(() => countOf(hanging) + countOf(lively) === asked);
  }
  await eventually(() => rig.proxy.stats().activeRequests === 1);
  for (let i = 0; i < 20; i++) assert.match(await rig.ask(get()), / 200 /);
  assert.equal(countOf(hanging), 1);
});

test('endpoints that are draining are asked only while none is ready', limit, async (t) => {
  const [ready, draining] = await answeringBackends(t, 2) as [RawBackend, RawBackend];
  const rig = await serve(t, {});
  const leaving: Endpoint = { ...endpoint(draining.port), ready: false, draining: true };
  await apply(rig, [endpoint(ready.port), leaving]);
  for (let i = 0; i < 3; i++) await rig.ask(get());
  assert.deepEqual([countOf(ready), countOf(draining)], [3, 0]);
  await apply(rig, [{ ...endpoint(ready.port), ready: false }, leaving]);
  for (let i = 0; i < 3; i++) assert.match(await rig.ask(get()), / 200 /);
  assert.deepEqual([countOf(ready), countOf(draining)], [3, 3]);
  await apply(rig, [endpoint(ready.port), leaving]);
  await rig.ask(get());
  assert.equal(countOf(ready), 4);
});

const once: Ejection = { on: 'connect', failures: 2, firstMs: 600_000, mostMs: 600_000 };

test('an endpoint that takes no connections is left out for a while', limit, async (t) => {
  const backends = await answeringBackends(t, 2);
  const rig = await serve(t, {});
  await apply(rig, [refusing(), ...backends.map(({ port }) => endpoint(port))], { ejection: once });
  for (let i = 0; i < 9; i++) assert.match(await rig.ask(get()), / 200 /);
  const { ejections, activeEjections, upstreamConnectFailures } = rig.proxy.stats();
  assert.deepEqual([ejections, activeEjections, upstreamConnectFailures], [1, 1, 2]);
});

test('an endpoint comes back when its time is over', limit, async (t) => {
  const [backend] = await answeringBackends(t, 1) as [RawBackend];
  const rig = await serve(t, {});
  await apply(rig, [refusing(), endpoint(backend.port)], { ejection: { ...once, firstMs: 20, mostMs: 20 } });
  while (rig.proxy.stats().ejections < 3) assert.match(await rig.ask(get()), / 200 /);
  await eventually(() => rig.proxy.stats().activeEjections === 0);
});

test('answers of a gateway error count where it is asked for, and not otherwise', limit, async (t) => {
  for (const on of ['connect', 'errors'] as const) {
    const broken = await rawBackend(t, answering('HTTP/1.1 503 Gone\r\nContent-Length: 0\r\n\r\n'));
    const [good] = await answeringBackends(t, 1) as [RawBackend];
    const rig = await serve(t, {});
    await apply(rig, [endpoint(broken.port), endpoint(good.port)], { ejection: { ...once, on } });
    for (let i = 0; i < 8; i++) await rig.ask(get());
    assert.equal(countOf(broken), on === 'errors' ? 2 : 4);
  }
});

test('500 and 404 are answers like others', limit, async (t) => {
  const failing = await rawBackend(t, answering('HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n'));
  const [good] = await answeringBackends(t, 1) as [RawBackend];
  const rig = await serve(t, {});
  await apply(rig, [endpoint(failing.port), endpoint(good.port)], { ejection: { ...once, on: 'errors' } });
  for (let i = 0; i < 8; i++) await rig.ask(get());
  assert.equal(countOf(failing), 4);
});

test('broken answers and time-outs count as errors', limit, async (t) => {
  const [good] = await answeringBackends(t, 1) as [RawBackend];
  const silent = await rawBackend(t);
  const garbled = await rawBackend(t, answering('nonsense\r\n\r\n'));
  for (const bad of [silent, garbled]) {
    const rig = await serve(t, {});
    const ir = irOf({ backends: { main: [endpoint(bad.port), endpoint(good.port)] }, routes: [{ action: {
      kind: 'forward', filters: [], targets: [{ weight: 1, to: { kind: 'backend', backend: 'main' }, filters: [] }], backendTimeoutMs: 60,
    } }] });
    await rig.reapply({ ...ir, backends: { main: { ...ir.backends['main']!, ejection: { ...once, on: 'errors' } } } });
    for (let i = 0; i < 8; i++) await rig.ask(get());
    assert.equal(countOf(bad), 2);
  }
});

test('one endpoint alone is asked however often it fails', limit, async (t) => {
  const rig = await serve(t, {});
  await apply(rig, [refusing()], { ejection: once });
  for (let i = 0; i < 5; i++) assert.match(await rig.ask(get()), / 503 /);
  assert.equal(rig.proxy.stats().ejections, 0);
});

test('a new endpoint gets a small part at first, and one of the first does not', limit, async (t) => {
  const [old, fresh] = await answeringBackends(t, 2) as [RawBackend, RawBackend];
  const rig = await serve(t, {});
  await apply(rig, [endpoint(old.port)], { slowStartMs: 3_600_000 });
  await apply(rig, [endpoint(old.port), endpoint(fresh.port)], { slowStartMs: 3_600_000 });
  for (let i = 0; i < 40; i++) await rig.ask(get());
  assert.ok(countOf(fresh) < 15, `${countOf(fresh)}`);
  assert.equal(countOf(old) + countOf(fresh), 40);
});

test('a name that does not resolve has a cause of its own; one that does is reached', limit, async (t) => {
  const [backend] = await answeringBackends(t, 1) as [RawBackend];
  const rig = await serve(t, {});
  for (const protocol of ['http1', 'h2c'] as const) {
    await apply(rig, [endpoint(80, 'nowhere.invalid')], { protocol });
    assert.match(await rig.ask(get()), / 503 [^]*does not resolve/);
  }
  await apply(rig, [endpoint(backend.port, 'localhost')]);
  assert.match(await rig.ask(get()), / 200 /);
});

test('by hash of the address a trusted proxy speaks for its clients, and nobody else does', limit, async (t) => {
  for (const trustedProxies of [['127.0.0.1'], []]) {
    const backends = await answeringBackends(t, 3);
    const rig = await serve(t, { settings: { trustedProxies } });
    await apply(rig, backends.map(({ port }) => endpoint(port)), { balancing: { kind: 'hash', on: { kind: 'source' } } });
    for (let round = 0; round < 2; round++) for (let i = 0; i < 12; i++) await rig.ask(get(`X-Forwarded-For: 192.0.2.${i}\r\n`));
    const counts = backends.map(countOf);
    assert.equal(counts.filter((it) => it > 0).length > 1, trustedProxies.length > 0, counts.join(' '));
    assert.ok(counts.every((it) => it % 2 === 0), counts.join(' '));
  }
});
