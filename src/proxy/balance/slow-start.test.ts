import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlowStart } from './slow-start.ts';

test('the part of a new endpoint grows with the time, from a little to all', () => {
  let now = 0;
  let drawn = 0;
  const slowStart = new SlowStart<string>(1000, () => now, () => drawn);
  const least = (): number => {
    for (drawn = 0; drawn < 1; drawn += 0.01) if (!slowStart.takes('new')) return drawn;
    return 1;
  };
  slowStart.begin('new');
  assert.ok(Math.abs(least() - 0.05) < 0.02);
  now = 500;
  assert.ok(Math.abs(least() - 0.5) < 0.02);
  assert.ok(slowStart.isUnderWay);
  now = 1000;
  assert.equal(least(), 1);
  assert.ok(!slowStart.isUnderWay);
});

test('those that were there before take all of their turns', () => {
  const slowStart = new SlowStart<string>(1000, () => 0, () => 0.99);
  slowStart.begin('new');
  assert.ok(slowStart.takes('old'));
  assert.ok(!slowStart.takes('new'));
  slowStart.forget('new');
  assert.ok(slowStart.takes('new'));
});
