import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoundRobin } from './round-robin.ts';

const abc = ['a', 'b', 'c'].map((key) => ({ key, active: 0 }));

test('each has its turn', () => {
  const balancer = new RoundRobin();
  balancer.set(abc);
  assert.equal(Array.from({ length: 7 }, () => balancer.next(undefined, undefined)?.key).join(''), 'abcabca');
});

test('those that failed are passed over while there are others', () => {
  const balancer = new RoundRobin();
  balancer.set(abc);
  for (let i = 0; i < 5; i++) assert.equal(balancer.next(undefined, [abc[0]!, abc[2]!])?.key, 'b');
  assert.notEqual(balancer.next(undefined, abc), undefined);
  balancer.set([]);
  assert.equal(balancer.next(undefined, undefined), undefined);
  assert.equal(balancer.next(undefined, abc), undefined);
});
