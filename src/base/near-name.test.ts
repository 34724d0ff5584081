import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { distance, nearName, nearOrRelatedName } from './near-name.ts';

test('the distance is that of insertions, deletions, replacements and swaps of neighbours', () => {
  const known: readonly (readonly [from: string, to: string, edits: number])[] = [
    ['', '', 0], ['abc', 'abc', 0], ['abc', 'ABC', 0], ['abc', 'abcd', 1], ['abc', 'bc', 1], ['abc', 'axc', 1], ['abc', 'acb', 1],
    ['kitten', 'sitting', 3], ['', 'abc', 3], ['ab', 'ba', 1], ['abcd', 'badc', 2],
  ];
  for (const [from, to, edits] of known) assert.equal(distance(from, to), edits, `${from} → ${to}`);
  assert.equal(distance('a', 'a'.repeat(60)), Infinity);
});

test('the distance is symmetric, and 0 for the same letters alone', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(fc.property(word, word, (a, b) => {
    assert.equal(distance(a, b), distance(b, a));
    assert.equal(distance(a, b) === 0, a === b);
    assert.ok(distance(a, b) <= Math.max(a.length, b.length));
    assert.ok(distance(a, b) >= Math.abs(a.length - b.length));
  }), { numRuns: 500 });
});

test('the nearest name is proposed where at most a third of the letters differ', () => {
  const names = ['reviews', 'ratings', 'productpage', 'details'];
  assert.equal(nearName('reviewz', names), 'reviews');
  assert.equal(nearName('product-page', names), 'productpage');
  assert.equal(nearName('detail', names), 'details');
  assert.equal(nearName('shop', names), undefined);
  assert.equal(nearName('a', ['b']), 'b');
  assert.equal(nearName('web', []), undefined);
  assert.equal(nearName('x'.repeat(101), ['x'.repeat(100)]), undefined);
});

test('of equally near names the first is proposed, and a nearer one wins', () => {
  assert.equal(nearName('web1', ['web2', 'web3']), 'web2');
  assert.equal(nearName('backend', ['backnd', 'backend1', 'Backend']), 'Backend');
});

test('a name that holds the other is proposed where none is near', () => {
  assert.equal(nearOrRelatedName('echo-gateway', ['web', 'echo', 'other']), 'echo');
  assert.equal(nearOrRelatedName('gateway', ['shared-gateway-external', 'my-shared-gateway']), 'my-shared-gateway');
  assert.equal(nearOrRelatedName('gateway', ['ga']), undefined);
});
