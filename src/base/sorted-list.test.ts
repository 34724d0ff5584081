import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listChange } from './kept-list.ts';
import { enter, SortedMapping } from './sorted-list.ts';

interface Item { readonly name: number }

/** Two items a name, each its own. */
const items: readonly Item[] = Array.from({ length: 400 }, (_, index) => ({ name: index % 200 }));
const compare = (a: Item, b: Item): number => a.name - b.name;
/** No two of one name. */
const sorted = (most: number): fc.Arbitrary<Item[]> => fc.uniqueArray(fc.nat(399), { maxLength: most, selector: (it) => it % 200 }).map((indexes) => indexes.map((it) => items[it]!).sort(compare));
/** Small changes and large ones. */
const states = fc.array(fc.oneof(sorted(6), sorted(200)), { minLength: 2, maxLength: 6 });

test('a list that is brought to a change is as one that was sorted', () => {
  fc.assert(fc.property(states, ([first = [], ...others]) => {
    const list = [...first];
    for (const next of others) {
      const { gone, come } = listChange(list, next);
      enter(list, { gone, come: come.toReversed() }, compare);
      assert.deepEqual(list.map((it) => items.indexOf(it)), next.map((it) => items.indexOf(it)));
    }
  }), { numRuns: 300 });
});

test('what it was made into follows, is made once, and what is other of it is told', () => {
  fc.assert(fc.property(states, (all) => {
    const mapping = new SortedMapping<Item, { readonly of: Item }>(compare);
    let told = new Set<{ readonly of: Item }>();
    for (const next of all) {
      const before = new Map(mapping.inputs.map((it, at) => [it, mapping.outputs[at]]));
      const { gone, come } = mapping.update(listChange(mapping.inputs, next), (of) => ({ of }));
      assert.deepEqual(mapping.outputs.map(({ of }) => items.indexOf(of)), next.map((it) => items.indexOf(it)));
      for (const [at, it] of next.entries()) if (before.has(it)) assert.equal(mapping.outputs[at], before.get(it));
      told = new Set([...[...told].filter((it) => !gone.includes(it)), ...come]);
      assert.deepEqual(told, new Set(mapping.outputs));
    }
  }), { numRuns: 300 });
});

test('what goes and comes in one is made anew', () => {
  const mapping = new SortedMapping<Item, { readonly of: Item }>(compare);
  const many = items.slice(0, 200);
  mapping.update({ gone: [], come: many }, (of) => ({ of }));
  for (const again of [many.slice(3, 5), many]) {
    const before = new Set(mapping.outputs);
    const { gone, come } = mapping.update({ gone: again, come: again }, (of) => ({ of }));
    assert.deepEqual([gone.length, come.length, mapping.outputs.filter((it) => !before.has(it)).length], [again.length, again.length, again.length]);
    assert.deepEqual(mapping.inputs, many);
  }
});

test('an output that stays the same one is no change', () => {
  const mapping = new SortedMapping<Item, string>(compare);
  mapping.update({ gone: [], come: items.slice(0, 2) }, ({ name }) => `${name}`);
  assert.deepEqual(mapping.update({ gone: [items[0]!], come: [items[200]!] }, ({ name }) => `${name}`), { gone: [], come: [] });
});
