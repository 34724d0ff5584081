import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeStatus, released, withoutOwn } from './merge-status.ts';

const us = 'postern.dev/gateway-controller';
const condition = (type: string, status = 'True', at = 'then', generation = 1): { type: string; status: string; lastTransitionTime: string; observedGeneration: number } => ({ type, status, lastTransitionTime: at, observedGeneration: generation });
const entry = (controllerName: string, name: string, ...conditions: readonly object[]): object => ({ controllerName, parentRef: { name }, conditions });

test('a first status is written as it is', () => {
  const wanted = { conditions: [condition('Accepted')], addresses: [] };
  assert.deepEqual(mergeStatus(undefined, wanted, us), wanted);
});

test('nothing is written where nothing changes, an empty list or another moment included', () => {
  const live = { conditions: [condition('Accepted')] };
  assert.equal(mergeStatus(live, { conditions: [condition('Accepted', 'True', 'now')], addresses: [] }, us), undefined);
});

test('an API server without the field routability is not written to again and again', () => {
  const address = { type: 'IPAddress', value: '192.0.2.1' };
  assert.deepEqual(mergeStatus(undefined, { addresses: [{ ...address, routability: '' }] }, us), { addresses: [{ ...address, routability: '' }] });
  assert.equal(mergeStatus({ addresses: [address] }, { addresses: [{ ...address, routability: '' }] }, us), undefined);
  assert.notEqual(mergeStatus({ addresses: [address] }, { addresses: [{ ...address, routability: 'Cluster' }] }, us), undefined);
});

test('a condition that keeps its status keeps its transition time; one that changes does not', () => {
  const live = { conditions: [condition('Accepted'), condition('Programmed', 'Unknown')] };
  const wanted = { conditions: [condition('Accepted', 'True', 'now', 2), condition('Programmed', 'True', 'now', 2)] };
  assert.deepEqual(mergeStatus(live, wanted, us), { conditions: [condition('Accepted', 'True', 'then', 2), condition('Programmed', 'True', 'now', 2)] });
});

test('conditions of others stay as they are, ours that no longer hold go', () => {
  const foreign = condition('example.com/Checked', 'False', 'long ago', 7);
  const live = { conditions: [foreign, condition('Accepted'), condition('ResolvedRefs')] };
  assert.deepEqual(mergeStatus(live, { conditions: [condition('Accepted', 'False', 'now')] }, us), { conditions: [foreign, condition('Accepted', 'False', 'now')] });
});

test('listeners are those wanted; foreign conditions on those that stay are kept', () => {
  const foreign = condition('example.com/Checked');
  const live = { listeners: [{ name: 'a', conditions: [foreign, condition('Accepted')] }, { name: 'gone', conditions: [foreign] }] };
  const wanted = { listeners: [{ name: 'a', attachedRoutes: 1, conditions: [condition('Accepted', 'True', 'now')] }, { name: 'new', conditions: [] }] };
  assert.deepEqual(mergeStatus(live, wanted, us), { listeners: [{ name: 'a', attachedRoutes: 1, conditions: [foreign, condition('Accepted')] }, { name: 'new', conditions: [] }] });
});

test('entries of other controllers stay in their place, ours are replaced by what they name, and go when they are not wanted', () => {
  const live = { parents: [entry(us, 'a', condition('Accepted')), entry('other', 'a', condition('Accepted', 'False')), entry(us, 'b', condition('Accepted'))] };
  const wanted = { parents: [entry(us, 'c', condition('Accepted', 'True', 'now')), entry(us, 'b', condition('Accepted', 'True', 'now', 2))] };
  assert.deepEqual(mergeStatus(live, wanted, us), {
    parents: [entry('other', 'a', condition('Accepted', 'False')), entry(us, 'b', condition('Accepted', 'True', 'then', 2)), entry(us, 'c', condition('Accepted', 'True', 'now'))],
  });
});

test('what Postern said of an object that is no longer its concern goes, and nothing else', () => {
  assert.equal(withoutOwn(undefined, us), undefined);
  assert.equal(withoutOwn({ parents: [entry('other', 'a')] }, us), undefined);
  assert.deepEqual(withoutOwn({ parents: [entry(us, 'a'), entry('other', 'a')] }, us), { parents: [entry('other', 'a')] });
  assert.equal(withoutOwn({ conditions: [condition('Accepted')] }, us), undefined);
});

test('a Gateway that went to another controller looks as if nobody had judged it, until that one has spoken', () => {
  const said = { conditions: [condition('Accepted', 'True', 'now'), condition('Programmed', 'False', 'now'), condition('ResolvedRefs')], addresses: [{ value: '192.0.2.1' }] };
  const foreign = condition('example.com/Checked');
  const pending = ['Accepted', 'Programmed'].map((type) => ({ type, status: 'Unknown', reason: 'Pending', message: 'Waiting for controller', lastTransitionTime: '1970-01-01T00:00:00Z' }));
  const live = { ...said, conditions: [foreign, condition('Accepted'), condition('Programmed', 'False'), condition('ResolvedRefs')] };
  const after = released(live, said);
  assert.deepEqual(after, { conditions: [...pending, foreign] });
  assert.equal(released(after, said), undefined);
  assert.equal(released({ conditions: [condition('Accepted', 'True', 'then', 2), condition('Programmed', 'False')] }, said), undefined);
  assert.equal(released(undefined, said), undefined);
});
