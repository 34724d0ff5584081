import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createWorkerPool } from '../index.ts';
import { Figures, logFile, named, service } from '../observe/testing/watching.test.ts';
import { answering, endpoint, eventually, forwardTo, rawBackend, Wire } from '../testing/rig.test.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

test('figures of workers are one set, which neither a killed worker nor a replaced one takes anything from; all write into one log', { timeout: 120_000 }, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const log = logFile(t);
  const pool = await createWorkerPool({ count: 2, settings: { accessLog: { to: log.path, format: 'json', query: true } }, say: () => undefined });
  t.after(() => pool.close(0));
  await pool.apply(named({ backends: { main: [endpoint(backend.port)] }, routes: [{ action: forwardTo(service('main')) }] }));
  const { port } = pool.bound()['web'] as { port: number };
  const ask = async (): Promise<void> => {
    const wire = new Wire(connect({ port, host: '127.0.0.1' }));
    wire.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await wire.untilClosed();
    assert.match(wire.received, /^HTTP\/1\.1 200/);
  };
  await Promise.all(Array.from({ length: 40 }, ask));
  const series = { gateway: 'edge', listener: 'web', backend: 'main', code: '200' };
  const before = new Figures(await pool.metrics());
  assert.equal(before.value('postern_requests_total', series), 40);
  assert.equal(before.samples('postern_requests_total').length, 1);
  assert.equal((await log.lines(40)).length, 40);
  const [victim] = pool.pids as [number];
  process.kill(victim, 'SIGKILL');
  await eventually(() => pool.pids.length === 2 && !pool.pids.includes(victim));
  await ask();
  const after = new Figures(await pool.metrics());
  assert.equal(after.value('postern_requests_total', series), 41);
  assert.equal(after.samples('postern_request_duration_seconds')[0]?.buckets?.reduce((sum, count) => sum + count, 0), 41);
  assert.equal(after.value('postern_requests_active'), 0);
  await Promise.all(Array.from({ length: 9 }, ask));
  const replaced = pool.pids;
  await pool.replaceAll(1000);
  await ask();
  await eventually(() => replaced.every((pid) => !isRunning(pid)));
  assert.equal(new Figures(await pool.metrics()).value('postern_requests_total', series), 51);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
    return false;
  }
}
