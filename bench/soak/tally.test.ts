import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLines, unexplained } from './tally.ts';

const reset = (at: number): { protocol: string; at: number; message: string } => ({ protocol: 'tcp', at, message: 'ECONNRESET: read ECONNRESET' });

test('a reset just after a kill is explained, one before it or much later is not', () => {
  const early = reset(900);
  const late = reset(4000);
  assert.deepEqual(unexplained([early, reset(1000), reset(1500), late], [1000], 10), [early, late]);
});

test('a kill explains a gRPC answer that was cut off, and no refusal', () => {
  const cut = { protocol: 'grpc', at: 1001, message: 'status 200, 100 bytes, grpc-status missing' };
  const refusal = { protocol: 'grpc', at: 1002, message: 'status 200, 0 bytes, grpc-status missing' };
  assert.deepEqual(unexplained([cut, refusal], [1000], 10), [refusal]);
  assert.deepEqual(unexplained([cut], [], 10), [cut]);
});

test('a kill explains no wrong answer, and no more connections than there were', () => {
  const wrong = { protocol: 'http1', at: 1001, message: 'status 503, 0 bytes' };
  assert.deepEqual(unexplained([wrong], [1000], 10), [wrong]);
  assert.equal(unexplained([reset(1000), reset(1001), reset(1002)], [1000], 2).length, 1);
});

test('lines are added whole, the rest is kept', () => {
  const first = addLines({ ok: {}, failures: [] }, '{"ok":{"tcp":3},"failures":[]}\n{"ok":{"tc');
  assert.deepEqual(first.tally.ok, { tcp: 3 });
  const second = addLines(first.tally, `${first.rest}p":5},"failures":[{"protocol":"tcp","at":1,"message":"x"}]}\n`);
  assert.deepEqual(second.tally.ok, { tcp: 5 });
  assert.equal(second.tally.failures.length, 1);
  assert.equal(second.rest, '');
});
