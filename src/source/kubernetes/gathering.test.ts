import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SourceObject } from '../../contract/index.ts';
import { Gathering } from './gathering.ts';
import { NotedObjects } from './noted-objects.ts';

const object = (): SourceObject => ({ value: {}, generation: 1, order: 0, locate: () => undefined, excerpt: () => undefined });

type Edit = readonly [kind: number, key: string, stays: boolean];
const edit: fc.Arbitrary<Edit> = fc.tuple(fc.nat(1), fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean());

test('each snapshot says exactly how it differs from the one before', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.array(edit, { maxLength: 5 }), fc.boolean()), { maxLength: 8 }), (rounds) => {
    const kinds = [{ objects: new NotedObjects() }, { objects: new NotedObjects() }];
    const gathering = new Gathering(kinds);
    let before: readonly SourceObject[] = [];
    let earlier: object | undefined;
    for (const [edits, isReplaced] of rounds) {
      for (const [kind, key, stays] of edits) {
        if (stays) kinds[kind]!.objects.set(key, object());
        else kinds[kind]!.objects.delete(key);
      }
      if (isReplaced) kinds[1]!.objects = new NotedObjects().set('x', object());
      const { id, objects, since } = gathering.snapshot([]);
      assert.deepEqual(new Set(objects), new Set(kinds.flatMap((it) => [...it.objects.values()])));
      assert.equal(objects.length, kinds[0]!.objects.size + kinds[1]!.objects.size);
      if (earlier !== undefined) assert.equal(since?.earlier, earlier);
      earlier = id;
      assert.deepEqual(new Set(since?.gone), new Set(before.filter((it) => !objects.includes(it))));
      assert.deepEqual(new Set(since?.come), new Set(objects.filter((it) => !before.includes(it))));
      before = objects;
    }
  }));
});
