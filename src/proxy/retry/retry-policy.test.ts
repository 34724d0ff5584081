import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from './backoff.ts';
import { compileRetry, retryDelayMs, type RetryPolicy } from './policy.ts';
import { ReplayBuffer } from './replay.ts';

test('the wait doubles from the base, is never shorter, and ends growing', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 100].map((retry) => backoffMs(100, retry, 0)), [100, 200, 400, 800, 1600, 1600, 1600]);
  assert.equal(backoffMs(100, 1, 0.999), 150);
});

test('another endpoint is tried at once, unless the user names an interval', () => {
  const policy = compileRetry({ codes: [503], attempts: 2 }) as RetryPolicy;
  const at = { chance: 0, hasOtherEndpoint: true };
  assert.equal(retryDelayMs(policy, 1, { ...at, failure: 'connection' }), 0);
  assert.equal(retryDelayMs(policy, 1, { ...at, failure: 'status' }), 25);
  assert.equal(retryDelayMs(policy, 1, { ...at, failure: 'connection', hasOtherEndpoint: false }), 25);
  const patient = compileRetry({ codes: [], attempts: 2, backoffMs: 400 }) as RetryPolicy;
  assert.equal(retryDelayMs(patient, 2, { ...at, failure: 'connection' }), 800);
});

test('a route without policy has none', () => {
  assert.equal(compileRetry(undefined), undefined);
});

test('a body is kept whole or not at all', () => {
  const buffer = new ReplayBuffer(10);
  assert.ok(buffer.isWhole);
  buffer.add(Buffer.from('12345'));
  buffer.add(Buffer.from('67890'));
  assert.equal(Buffer.concat(buffer.pieces()).toString(), '1234567890');
  buffer.add(Buffer.from('x'));
  assert.ok(!buffer.isWhole);
  assert.deepEqual(buffer.pieces(), []);
});
