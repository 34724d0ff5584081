import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Paced } from './paced.ts';

test('the first is told at once, of a burst the last', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: number[] = [];
  const paced = new Paced<number>((it) => told.push(it), 1000);
  for (const it of [1, 2, 3]) paced.push(it);
  assert.deepEqual(told, [1]);
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [1, 3]);
  t.mock.timers.tick(1000);
  paced.push(4);
  assert.deepEqual(told, [1, 3, 4]);
});
