import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { endpoint, eventually, rawBackend, refusing, type Wire } from '../testing/rig.test.ts';
import { serveStreams, streamIr, type StreamPlan } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };
const tcp = { tcp: { protocol: 'tcp' as const } };

async function serveOne(t: TestContext, accept?: (wire: Wire) => void, plan: Partial<StreamPlan> = {}) {
  const backend = await rawBackend(t, accept);
  const served = await serveStreams(t, { listeners: tcp, backends: { main: [endpoint(backend.port)] }, ...plan });
  return { backend, ...served };
}

test('a server that speaks first is heard before the client says anything', limit, async (t) => {
  const { connect } = await serveOne(t, (wire) => wire.send('220 ready\r\n'));
  await connect().untilReceived('220 ready\r\n');
});

test('the end of one side is passed on and the other side stays open', limit, async (t) => {
  const { connect, backend } = await serveOne(t);
  const client = connect();
  client.send('question');
  client.socket.end();
  await eventually(() => backend.wires[0]?.hasEnded === true);
  assert.equal(backend.wires[0]?.received, 'question');
  assert.equal(client.hasEnded, false);
  backend.wires[0]?.send('late answer');
  backend.wires[0]?.socket.end();
  await client.until(({ hasEnded }) => hasEnded);
  assert.equal(client.received, 'late answer');
});

test('the backend may end first', limit, async (t) => {
  const { connect, backend, proxy } = await serveOne(t, (wire) => wire.socket.end('bye'));
  const client = connect();
  await client.until(({ hasEnded }) => hasEnded);
  assert.equal(client.received, 'bye');
  client.send('still here');
  client.socket.end();
  await eventually(() => backend.wires[0]?.hasEnded === true);
  assert.equal(backend.wires[0]?.received, 'still here');
  await eventually(() => proxy.stats().activeStreams === 0 && proxy.stats().activeUpstreamConnections === 0);
});

test('a reset of either side reaches the other as a reset', limit, async (t) => {
  const { connect, backend } = await serveOne(t, (wire) => wire.send('x'));
  const first = connect();
  await first.untilReceived('x');
  backend.wires[0]?.socket.resetAndDestroy();
  await first.untilClosed();
  assert.equal((first.error as NodeJS.ErrnoException).code, 'ECONNRESET');
  const second = connect();
  await second.untilReceived('x');
  second.socket.resetAndDestroy();
  const reset = backend.wires[1] as Wire;
  await reset.untilClosed();
  assert.equal((reset.error as NodeJS.ErrnoException).code, 'ECONNRESET');
});

test('many bytes arrive unchanged in both directions at once', limit, async (t) => {
  const { connect, backend, proxy } = await serveOne(t);
  const [up, down] = [randomBytes(9_000_001), randomBytes(7_000_003)];
  const client = connect();
  await eventually(() => backend.wires.length === 1);
  const server = backend.wires[0] as Wire;
  client.socket.end(up);
  server.socket.end(down);
  await Promise.all([client.until(({ hasEnded }) => hasEnded), server.until(({ hasEnded }) => hasEnded)]);
  const digest = (data: Buffer | string): string => createHash('sha256').update(typeof data === 'string' ? Buffer.from(data, 'latin1') : data).digest('hex');
  assert.equal(digest(server.received), digest(up));
  assert.equal(digest(client.received), digest(down));
  await eventually(() => proxy.stats().activeStreams === 0);
  assert.equal(proxy.stats().streamBytesReceived, up.length);
  assert.equal(proxy.stats().streamBytesSent, down.length);
});

test('connections that share buffers do not mix their bytes, however slowly they are read', limit, async (t) => {
  const contents = Array.from({ length: 6 }, (_, index) => Buffer.alloc(5_000_000 + index, index + 1));
  let next = 0;
  const { connect } = await serveOne(t, (wire) => wire.socket.end(contents[next++] as Buffer));
  await Promise.all(contents.map(async (_, index) => {
    const client = connect();
    client.socket.on('data', () => {
      if (index % 2 === 0) return;
      client.socket.pause();
      setTimeout(() => client.socket.resume(), index);
    });
    await client.until(({ hasEnded }) => hasEnded);
    const received = Buffer.from(client.received, 'latin1');
    const first = received[0] ?? 0;
    assert.ok(received.every((byte) => byte === first), `connection ${index} has bytes of another`);
    assert.equal(received.length, contents[first - 1]?.length);
  }));
});

test('a slow reader holds back the other side', limit, async (t) => {
  const { connect, backend, proxy } = await serveOne(t);
  const client = connect();
  await eventually(() => backend.wires.length === 1);
  client.socket.pause();
  const server = backend.wires[0] as Wire;
  const total = 64 << 20;
  server.socket.write(Buffer.alloc(total));
  let before = -1;
  // The count stands still once every buffer on the way is full; three equal looks in a row, with turns between, say so.
  for (let same = 0; same < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const now = proxy.stats().streamBytesSent;
    same = now === before && now > 0 ? same + 1 : 0;
    before = now;
  }
  assert.ok(before < total / 2, `${before} bytes were read for a client that reads nothing`);
  client.socket.resume();
  await eventually(() => proxy.stats().streamBytesSent === total);
});

test('an endpoint that refuses is passed over', limit, async (t) => {
  const alive = await rawBackend(t, (wire) => wire.send('alive'));
  const { connect, proxy } = await serveStreams(t, { listeners: tcp, backends: { main: [refusing(), endpoint(alive.port)] } });
  for (let i = 0; i < 4; i++) await connect().untilReceived('alive');
  assert.ok(proxy.stats().upstreamConnectFailures >= 2);
});

test('without endpoint, reachable endpoint or route the connection is closed', limit, async (t) => {
  const plans: StreamPlan[] = [
    { listeners: tcp, backends: { main: [] } },
    { listeners: tcp, backends: { main: [refusing()] } },
    { listeners: { tcp: { protocol: 'tcp', hosts: [] } } },
    { listeners: tcp, routes: { main: { refuse: 1 } } },
    { listeners: tcp, routes: { main: { main: 0 } }, backends: { main: [refusing()] } },
  ];
  for (const plan of plans) {
    const { connect, proxy } = await serveStreams(t, plan);
    const client = connect();
    await client.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    assert.equal(client.received, '');
    await eventually(() => proxy.stats().streamsRefused === 1 && proxy.stats().activeStreams === 0);
  }
});

test('connections are shared by weight, and what cannot be reached takes its share', limit, async (t) => {
  const [a, b] = await Promise.all(['a', 'b'].map((name) => rawBackend(t, (wire) => wire.socket.end(name))));
  const { connect } = await serveStreams(t, {
    listeners: tcp, routes: { main: { a: 5, b: 3, none: 0, refuse: 2 } },
    backends: { a: [endpoint(a!.port)], b: [endpoint(b!.port)], none: [endpoint(1)] },
  });
  const counts = new Map<string, number>();
  for (let i = 0; i < 20; i++) {
    const client = connect();
    await client.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    client.socket.end();
    counts.set(client.received, (counts.get(client.received) ?? 0) + 1);
  }
  assert.deepEqual(Object.fromEntries(counts), { a: 10, b: 6, '': 4 });
});

test('an apply leaves connections alone, keeps the turns of weights, and serves new connections', limit, async (t) => {
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => rawBackend(t, (wire) => wire.send(name))));
  const backends = { a: [endpoint(a!.port)], b: [endpoint(b!.port)], c: [endpoint(c!.port)] };
  const plan: StreamPlan = { listeners: tcp, routes: { main: { a: 1, b: 1 } }, backends };
  const { connect, proxy } = await serveStreams(t, plan);
  const seen: string[] = [];
  const clients: Wire[] = [];
  for (let i = 0; i < 4; i++) {
    const client = connect();
    clients.push(client);
    await client.until(({ received }) => received !== '');
    seen.push(client.received);
    await proxy.apply(streamIr({ ...plan }));
  }
  assert.deepEqual(seen, ['a', 'b', 'a', 'b']);
  await proxy.apply(streamIr({ ...plan, routes: { main: { c: 1 } }, backends: { c: backends.c } }));
  await connect().untilReceived('c');
  clients[0]?.send('after');
  await eventually(() => a!.wires[0]?.received === 'after');
  a!.wires[0]?.send('!');
  await clients[0]?.untilReceived('a!');
});

test('a connection on which nothing moves is closed on both sides', limit, async (t) => {
  const { connect, backend, proxy } = await serveOne(t, (wire) => wire.send('x'), { settings: { timeouts: { streamIdleMs: 60 } } });
  const client = connect();
  await client.untilReceived('x');
  client.socket.end();
  await client.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  await backend.wires[0]?.until(({ hasClosed, hasEnded }) => hasClosed || hasEnded);
  await eventually(() => proxy.stats().activeStreams === 0 && proxy.stats().timeouts === 1);
});

test('a removed listener accepts no more and its connections go on; close cuts them after the grace', limit, async (t) => {
  const { connect, backend, proxy } = await serveOne(t, (wire) => wire.send('x'));
  const client = connect();
  await client.untilReceived('x');
  const plan: StreamPlan = { listeners: tcp, backends: { main: [endpoint(backend.port)] } };
  await proxy.apply({ ...streamIr(plan), sockets: {}, streamListeners: {} });
  assert.deepEqual(proxy.bound(), {});
  client.send('goes on');
  await eventually(() => backend.wires[0]?.received === 'goes on');
  await proxy.close(10);
  await client.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  await eventually(() => proxy.stats().activeStreams === 0);
});
