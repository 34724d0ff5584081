import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatusDocument } from './status-documents.ts';
import { keepTimes } from './transitions.ts';

const [then, now] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];

function condition(type: string, status: string, time: string, message = ''): object {
  return { type, status, reason: 'Any', message, observedGeneration: 1, lastTransitionTime: time };
}

function document(status: StatusDocument['status'], name = 'web'): StatusDocument {
  return { apiVersion: 'v1', ref: { group: '', kind: 'Gateway', namespace: 'default', name }, generation: 1, status };
}

test('a status that did not change keeps its identity', () => {
  const before = document({ conditions: [condition('Accepted', 'True', then)] });
  const after = keepTimes(before, document({ conditions: [condition('Accepted', 'True', now)] }));
  assert.equal(after, before);
});

test('the time of a condition changes with its status and with nothing else', () => {
  const before = document({ conditions: [condition('Accepted', 'True', then), condition('Programmed', 'False', then)] });
  const next = document({ conditions: [condition('Accepted', 'True', now, 'other words'), condition('Programmed', 'True', now)] });
  assert.deepEqual(keepTimes(before, next).status['conditions'], [
    condition('Accepted', 'True', then, 'other words'), condition('Programmed', 'True', now),
  ]);
});

test('conditions are the same by type, whatever their place', () => {
  const before = document({ conditions: [condition('Accepted', 'True', then), condition('Programmed', 'True', then)] });
  const next = document({ conditions: [condition('New', 'True', now), condition('Programmed', 'True', now), condition('Accepted', 'True', now)] });
  assert.deepEqual(keepTimes(before, next).status['conditions'], [
    condition('New', 'True', now), condition('Programmed', 'True', then), condition('Accepted', 'True', then),
  ]);
});

test('listeners are the same by name, parents by parentRef', () => {
  const listener = (name: string, time: string): object => ({ name, conditions: [condition('Accepted', name === 'a' ? 'True' : 'False', time)] });
  const parent = (sectionName: string, time: string): object => ({ parentRef: { name: 'gw', sectionName }, conditions: [condition('Accepted', sectionName === 'a' ? 'True' : 'False', time)] });
  const before = document({ listeners: [listener('a', then), listener('b', then)], parents: [parent('a', then), parent('b', then)] });
  const next = document({ listeners: [listener('c', now), listener('b', now), listener('a', now)], parents: [parent('b', now), parent('c', now)] });
  assert.deepEqual(keepTimes(before, next).status, {
    listeners: [listener('c', now), listener('b', then), listener('a', then)], parents: [parent('b', then), parent('c', now)],
  });
});

test('what had no status yet has the times of now', () => {
  const next = document({ conditions: [condition('Accepted', 'True', now)] });
  assert.equal(keepTimes(undefined, next), next);
});
