import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MultiMap } from './multi-map.ts';

test('a key has each of its values once, and none when all are gone', () => {
  const map = new MultiMap<string, number>();
  assert.deepEqual([map.add('a', 1), map.add('a', 1), map.add('a', 2), map.add('a', 2), map.add('b', 3)], [true, false, true, false, true]);
  assert.deepEqual([[...map.get('a')], [...map.get('b')], [...map.get('c')]], [[1, 2], [3], []]);
  map.delete('a', 4);
  map.delete('a', 1);
  assert.deepEqual([...map.get('a')], [2]);
  map.delete('a', 2);
  map.delete('b', 3);
  map.delete('c', 1);
  assert.deepEqual([map.has('a'), map.has('b'), map.has('c')], [false, false, false]);
});
