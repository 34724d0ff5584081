import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Snapshot, SourceObject } from '../contract/index.ts';
import { inPlaceOf } from './newest-snapshot.ts';

const [a, b, c] = Array.from({ length: 3 }, (): SourceObject => ({ value: {}, generation: 1, order: 0, locate: () => undefined, excerpt: () => undefined })) as [SourceObject, SourceObject, SourceObject];
const [first, second, third] = [{}, {}, {}];

function snapshot(id: object, objects: readonly SourceObject[], since?: Snapshot['since']): Snapshot {
  return { id, get objects() { return objects; }, findings: [], ...(since === undefined ? {} : { since }) };
}

test('what is passed over is told with what takes its place', () => {
  const waiting = snapshot(second, [a, b], { earlier: first, gone: [], come: [b] });
  const next = inPlaceOf(waiting, snapshot(third, [b, c], { earlier: second, gone: [a], come: [c] }));
  assert.deepEqual([next.id, next.since?.earlier, next.objects], [third, first, [b, c]]);
  assert.deepEqual([next.since?.gone, next.since?.come], [[a], [b, c]]);
  const back = inPlaceOf(waiting, snapshot(third, [a], { earlier: second, gone: [b], come: [] }));
  assert.deepEqual([back.since?.gone, back.since?.come], [[], []]);
});

test('where one of them does not know, nothing is told', () => {
  const next = snapshot(third, [c], { earlier: second, gone: [], come: [c] });
  assert.equal(inPlaceOf(undefined, next), next);
  assert.equal(inPlaceOf(snapshot(second, []), next).since?.earlier, second);
  assert.equal(inPlaceOf(snapshot(first, [], { earlier: {}, gone: [], come: [] }), next), next);
});
