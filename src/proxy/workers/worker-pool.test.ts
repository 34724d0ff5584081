import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Ir } from '../../ir/index.ts';
import { createWorkerPool, type WorkerPool } from '../index.ts';
import { answering, endpoint, eventually, irOf, rawBackend, Wire } from '../testing/rig.test.ts';

const limit = { timeout: 120_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

interface Served {
  readonly pool: WorkerPool;
  readonly said: string[];
  readonly port: number;
  connect(): Wire;
  /** Sends a request on a new connection and answers all that comes until it is closed. */
  ask(): Promise<string>;
}

async function serve(t: TestContext, ir: Ir, count: number): Promise<Served> {
  const said: string[] = [];
  const pool = await createWorkerPool({ count, settings: {}, say: (line) => void said.push(line) });
  t.after(() => pool.close(0));
  assert.deepEqual((await pool.apply(ir)).listeners, { web: { state: 'serving' } });
  const { port } = pool.bound()['web'] as { port: number };
  const connectTo = (): Wire => new Wire(connect({ port, host: '127.0.0.1', noDelay: true }));
  const ask = async (): Promise<string> => {
    const wire = connectTo();
    wire.send(last);
    await wire.untilClosed();
    return wire.received;
  };
  return { pool, said, port, connect: connectTo, ask };
}

test('workers share a port and a configuration, and their figures add up', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { pool, ask } = await serve(t, irOf({ backends: { main: [endpoint(backend.port)] } }), 2);
  assert.equal(new Set(pool.pids).size, 2);
  const answers = await Promise.all(Array.from({ length: 40 }, ask));
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  await pool.refresh();
  assert.deepEqual([pool.stats().requests, pool.stats().statusClass[2]], [40, 40]);
  const report = await pool.apply(irOf({ backends: { main: [] } }));
  assert.deepEqual(report.listeners, { web: { state: 'serving' } });
  assert.match(await ask(), /^HTTP\/1\.1 503/);
  pool.updateEndpoints({ main: [endpoint(backend.port)] });
  assert.match(await ask(), /^HTTP\/1\.1 200 OK\r\n/);
});

test('a change reaches every worker, and one that comes later has it too', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const ir = irOf({ backends: { main: [endpoint(backend.port)] } });
  const { pool, ask } = await serve(t, ir, 2);
  const [key, route] = Object.entries(ir.routes)[0]!;
  const changed: Ir = { ...ir, routes: { [key]: { ...route, action: { kind: 'respond', status: 418, because: 'changed' } } } };
  const none: ReadonlySet<string> = new Set();
  const report = await pool.apply(changed, { routes: new Set([key]), listeners: none, backends: none, endpoints: none });
  assert.deepEqual(report.listeners, { web: { state: 'serving' } });
  for (const answer of await Promise.all(Array.from({ length: 20 }, ask))) assert.match(answer, /^HTTP\/1\.1 418/);
  const before = new Set(pool.pids);
  await pool.replaceAll(0);
  assert.ok(pool.pids.every((pid) => !before.has(pid)));
  for (const answer of await Promise.all(Array.from({ length: 10 }, ask))) assert.match(answer, /^HTTP\/1\.1 418/);
});

test('a worker that is killed takes only its own connections with it, and another takes its place', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { pool, said, connect: open, ask } = await serve(t, irOf({ backends: { main: [endpoint(backend.port)] } }), 2);
  const wires = Array.from({ length: 20 }, open);
  await Promise.all(wires.map(async (wire) => {
    wire.send(get);
    await wire.until(({ received }) => received.endsWith('ok'));
  }));
  const [victim] = pool.pids as [number];
  process.kill(victim, 'SIGKILL');
  // Connections made while the place is empty wait for the next worker.
  const during = await Promise.all(Array.from({ length: 20 }, ask));
  for (const answer of during) assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  await eventually(() => pool.pids.length === 2 && !pool.pids.includes(victim));
  const survivors = wires.filter((wire) => !wire.hasClosed);
  assert.ok(survivors.length > 0 && survivors.length < wires.length, `${survivors.length} survived`);
  for (const wire of survivors) {
    wire.received = '';
    wire.send(get);
    await wire.until(({ received }) => received.endsWith('ok'));
    wire.socket.destroy();
  }
  assert.deepEqual(said, [`Worker ${victim} ended (SIGKILL); another takes its place.`]);
});

test('workers are replaced one by one while requests go on', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { pool, ask, connect: open } = await serve(t, irOf({ backends: { main: [endpoint(backend.port)] } }), 2);
  const before = pool.pids;
  const kept = open();
  kept.send(get);
  await kept.until(({ received }) => received.endsWith('ok'));
  let isReplaced = false;
  const answers: string[] = [];
  const load = (async () => {
    while (!isReplaced) answers.push(...await Promise.all(Array.from({ length: 4 }, ask)));
  })();
  await pool.replaceAll(60_000);
  isReplaced = true;
  await load;
  assert.deepEqual(answers.filter((it) => !it.startsWith('HTTP/1.1 200')), []);
  assert.ok(pool.pids.length === 2 && !pool.pids.some((pid) => before.includes(pid)));
  // A connection of the old worker carries one more request, and hears that it is the last.
  kept.received = '';
  kept.send(get);
  await kept.untilClosed();
  assert.match(kept.received, /^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n/);
});

test('workers may be asked for figures as soon as they are started', limit, async (t) => {
  const said: string[] = [];
  const pool = await createWorkerPool({ count: 2, settings: {}, say: (line) => void said.push(line) });
  t.after(() => pool.close(0));
  await Promise.all([pool.refresh(), pool.metrics()]);
  assert.deepEqual([pool.stats().requests, said], [0, []]);
});

test('workers that die all the time are waited for, and the others serve', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { pool, said, ask } = await serve(t, irOf({ backends: { main: [endpoint(backend.port)] } }), 2);
  const [, survivor] = pool.pids;
  while (!said.some((line) => line.includes('end all the time'))) {
    const victim = pool.pids.find((pid) => pid !== survivor);
    if (victim !== undefined) process.kill(victim, 'SIGKILL');
    await eventually(() => victim === undefined ? pool.pids.length === 2 : !pool.pids.includes(victim));
  }
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  await eventually(() => pool.pids.length === 2);
});

test('a port that another program has is said once, and is served when it is free', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const plan = irOf({ backends: { main: [endpoint(backend.port)] } });
  const taken = await rawBackend(t);
  const ir: Ir = { ...plan, sockets: { web: { address: '127.0.0.1', port: taken.port } } };
  const pool = await createWorkerPool({ count: 2, settings: {}, say: () => undefined });
  t.after(() => pool.close(0));
  assert.deepEqual((await pool.apply(ir)).listeners['web'], { state: 'failed', reason: 'PortUnavailable', message: `127.0.0.1:${taken.port} is in use by another program` });
  taken.server.close();
  await once(taken.server, 'close');
  assert.deepEqual((await pool.apply(ir)).listeners['web'], { state: 'serving' });
  const wire = new Wire(connect(taken.port, '127.0.0.1'));
  wire.send(last);
  await wire.untilClosed();
  assert.match(wire.received, /^HTTP\/1\.1 200/);
});
