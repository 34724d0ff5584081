import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listChange, type Mapped, mapKept } from './kept-list.ts';

/** Items that are each their own. */
const items = Array.from({ length: 200 }, (_, name) => ({ name }));
const list = fc.uniqueArray(fc.nat(199), { maxLength: 120 }).map((indexes) => indexes.map((it) => items[it]!));
/** A list, and one that differs from it in a few places. */
const pair = fc.tuple(list, fc.array(fc.tuple(fc.nat(120), fc.constantFrom('remove', 'insert', 'replace'), fc.nat(199)), { maxLength: 4 })).map(([before, edits]) => {
  const after = [...before];
  for (const [at, kind, item] of edits) {
    if (kind !== 'insert') after.splice(at, 1);
    if (kind !== 'remove' && !after.includes(items[item]!)) after.splice(at, 0, items[item]!);
  }
  return [before, after] as const;
});

test('what is gone and what came are told exactly, however the lists differ', () => {
  fc.assert(fc.property(fc.oneof(pair, fc.tuple(list, list)), ([before, after]) => {
    const { gone, come } = listChange(before, after);
    assert.deepEqual(new Set(gone), new Set(before.filter((it) => !after.includes(it))));
    assert.deepEqual(new Set(come), new Set(after.filter((it) => !before.includes(it))));
    assert.equal(gone.length + come.length, new Set([...gone, ...come]).size);
  }), { numRuns: 500 });
});

test('an input that was there before has its output of then, wherever it stands now', () => {
  fc.assert(fc.property(fc.oneof(pair, fc.tuple(list, list)), ([before, after]) => {
    const make = (input: { readonly name: number }): { readonly of: number } => ({ of: input.name });
    const none: Mapped<{ readonly name: number }, { readonly of: number }> = { inputs: [], outputs: [] };
    const first = mapKept(none, before, make);
    const second = mapKept(first, after, make);
    assert.deepEqual(second.outputs, after.map(make));
    for (const [index, input] of after.entries()) if (before.includes(input)) assert.equal(second.outputs[index], first.outputs[before.indexOf(input)]);
  }), { numRuns: 500 });
});
