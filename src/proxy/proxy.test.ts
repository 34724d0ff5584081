import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Ir } from '../ir/index.ts';
import { createProxy } from './index.ts';
import { answering, endpoint, eventually, forwardTo, irOf, rawBackend, serve } from './testing/rig.test.ts';

const limit = { timeout: 30_000 };
const answer = (body: string): string => `HTTP/1.1 200 OK\r\ndate: d\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

test('an apply swaps routes under open connections, and requests under way keep theirs', limit, async (t) => {
  const slow = await rawBackend(t);
  const next = await rawBackend(t, answering(answer('next')));
  const backends = { slow: [endpoint(slow.port)], next: [endpoint(next.port)] };
  const { connect, reapply } = await serve(t, { backends, routes: [{ action: forwardTo('slow') }] });
  const wire = connect();
  wire.send(get);
  await eventually(() => slow.wires[0]?.received.endsWith('\r\n\r\n') === true);
  await reapply(irOf({ backends, routes: [{ action: forwardTo('next') }] }));
  slow.wires[0]?.send(answer('slow'));
  await wire.until(({ received }) => received.endsWith('slow'));
  wire.send(get);
  await wire.until(({ received }) => received.endsWith('next'));
});

test('connections to backends survive an apply, those to endpoints that left do not', limit, async (t) => {
  const first = await rawBackend(t, answering(answer('1')));
  const second = await rawBackend(t, answering(answer('2')));
  const { connect, reapply, proxy } = await serve(t, { backends: { main: [endpoint(first.port)] } });
  const wire = connect();
  for (let i = 1; i <= 3; i++) {
    wire.send(get);
    await wire.until(({ received }) => received.split('\r\n\r\n1').length === i + 1);
    await reapply(irOf({ backends: { main: [endpoint(first.port)] } }));
  }
  assert.equal(first.wires.length, 1);
  proxy.updateEndpoints({ main: [endpoint(second.port)] });
  await first.wires[0]?.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  wire.send(get);
  await wire.until(({ received }) => received.endsWith('\r\n\r\n2'));
  proxy.updateEndpoints({ main: [] });
  wire.send(get);
  await wire.untilReceived('HTTP/1.1 503');
});

test('requests go to ready endpoints in turn', limit, async (t) => {
  const backends = await Promise.all(['1', '2', '3'].map((name) => rawBackend(t, answering(answer(name)))));
  const endpoints = backends.map(({ port }, index) => ({ ...endpoint(port), ready: index !== 2 }));
  const { ask } = await serve(t, { backends: { main: endpoints } });
  const bodies: string[] = [];
  for (let i = 0; i < 4; i++) bodies.push((await ask(get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).slice(-1));
  assert.deepEqual(bodies, ['1', '2', '1', '2']);
});

test('a share that cannot be reached answers its share', limit, async (t) => {
  const backend = await rawBackend(t, answering(answer('ok')));
  const { connect } = await serve(t, {
    backends: { main: [endpoint(backend.port)] },
    routes: [{ action: { kind: 'forward', filters: [], targets: [
      { weight: 3, to: { kind: 'backend', backend: 'main' }, filters: [] },
      { weight: 1, to: { kind: 'respond', status: 500, because: 'no such backend' }, filters: [] },
    ] } }],
  });
  const wire = connect();
  for (let i = 1; i <= 8; i++) {
    wire.send(get);
    await wire.until(({ received }) => (received.match(/HTTP\/1\.1 \d/g)?.length ?? 0) === i && /(?:ok|no such backend\n)$/.test(received));
  }
  assert.equal(wire.received.match(/HTTP\/1\.1 500 /g)?.length, 2);
});

test('a socket that cannot be bound fails alone, and is tried again', limit, async (t) => {
  const blocker = createServer();
  await new Promise<void>((resolve) => { blocker.listen(0, '127.0.0.1', resolve); });
  const { port } = blocker.address() as AddressInfo;
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  const base = irOf({ routes: [{ action: { kind: 'respond', status: 200, because: 'here' } }] });
  const web = base.listeners['web'] as Ir['listeners'][string];
  const ir: Ir = {
    ...base,
    sockets: { ...base.sockets, taken: { address: '127.0.0.1', port }, away: { address: '192.0.2.1', port: 8080 } },
    listeners: { web, taken: { ...web, socket: 'taken' }, away: { ...web, socket: 'away' }, lost: { ...web, socket: 'nowhere' } },
  };
  const reasons = (report: Awaited<ReturnType<typeof proxy.apply>>): unknown[] => ['web', 'taken', 'away', 'lost'].map((key) => {
    const listener = report.listeners[key];
    return listener?.state === 'failed' ? listener.reason : listener?.state;
  });
  assert.deepEqual(reasons(await proxy.apply(ir)), ['serving', 'PortUnavailable', 'AddressNotUsable', 'Invalid']);
  await new Promise((resolve) => { blocker.close(resolve); });
  assert.deepEqual(reasons(await proxy.apply(ir)), ['serving', 'serving', 'AddressNotUsable', 'Invalid']);
});

test('a removed socket accepts no more, and its open connections finish', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect, proxy, port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  wire.send(get);
  await eventually(() => backend.wires.length === 1);
  await proxy.apply({ ...irOf({}), sockets: {}, listeners: {} });
  assert.deepEqual(proxy.bound(), {});
  backend.wires[0]?.send(answer('late'));
  await wire.until(({ hasEnded }) => hasEnded);
  assert.match(wire.received, /connection: close\r\n\r\nlate$/);
  const again = createServer();
  await new Promise<void>((resolve) => { again.listen(port, '127.0.0.1', resolve); });
  again.close();
});

test('close lets requests finish within the grace, ends idle connections, and cuts the rest', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const [idle, busy, stuck] = [connect(), connect(), connect()];
  busy.send(get);
  await eventually(() => backend.wires.length === 1);
  stuck.send(get);
  await eventually(() => backend.wires.length === 2 && proxy.stats().activeConnections === 3);
  const closing = proxy.close(400);
  await idle.until(({ hasEnded }) => hasEnded);
  backend.wires[0]?.send(answer('done'));
  await busy.until(({ hasEnded }) => hasEnded);
  assert.match(busy.received, /done$/);
  await closing;
  await stuck.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  assert.equal(stuck.received, '');
});

test('two applies do not interleave', limit, async (t) => {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  const irs = ['a', 'b', 'c'].map((because) => irOf({ routes: [{ action: { kind: 'respond', status: 200, because } }] }));
  const reports = await Promise.all(irs.map((ir) => proxy.apply(ir)));
  assert.ok(reports.every(({ listeners }) => listeners['web']?.state === 'serving'));
  assert.equal(Object.keys(proxy.bound()).length, 1);
});
