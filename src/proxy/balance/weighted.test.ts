import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WeightedChoice } from './weighted.ts';

test('over a whole round each choice comes exactly its weight times', () => {
  for (const weights of [[95, 5], [70, 30, 0], [1], [1, 1, 1], [3, 7, 11, 13]]) {
    const choice = new WeightedChoice(weights.map((weight, value) => ({ weight, value })));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let round = 0; round < 3; round++) {
      const counts = weights.map(() => 0);
      for (let i = 0; i < total; i++) {
        const value = choice.next();
        counts[value] = (counts[value] as number) + 1;
      }
      assert.deepEqual(counts, weights);
    }
  }
});

test('choices are spread, not sent in blocks', () => {
  const choice = new WeightedChoice([{ weight: 2, value: 'a' }, { weight: 1, value: 'b' }]);
  assert.equal(Array.from({ length: 6 }, () => choice.next()).join(''), 'abaaba');
});
