import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { durationMs } from './duration.ts';

const known: Readonly<Record<string, number>> = {
  '0s': 0, '0h0m0s0ms': 0, '10ms': 10, '1s': 1000, '1m': 60_000, '1h': 3_600_000, '1m30s': 90_000, '1h1m1s1ms': 3_661_001, '500ms': 500, '99999h': 359_996_400_000,
};

for (const [text, wanted] of Object.entries(known)) test(`${text} is ${wanted} ms`, () => assert.equal(durationMs(text), wanted));

test('the parts of a duration add up', () => {
  const part = fc.integer({ min: 0, max: 99_999 });
  fc.assert(fc.property(part, part, part, part, (h, m, s, ms) => {
    assert.equal(durationMs(`${h}h${m}m${s}s${ms}ms`), durationMs(`${h}h`) + durationMs(`${m}m`) + durationMs(`${s}s`) + ms);
  }));
});
