import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memo, perObject } from './memo.ts';

test('the same inputs give what was made, others give something new that knows the old', () => {
  const [a, b, memo] = [{}, {}, new Memo<string>()];
  const make = (name: string) => (before: string | undefined): string => `${name} after ${before}`;
  assert.equal(memo.of([a, b], make('first')), 'first after undefined');
  assert.equal(memo.of([a, b], make('unasked')), 'first after undefined');
  assert.equal(memo.of([a], make('second')), 'second after first after undefined');
  assert.equal(memo.of([{}], make('third')), 'third after second after first after undefined');
});

test('undefined is an output like others, and no inputs are inputs', () => {
  const memo = new Memo<undefined>();
  let made = 0;
  const make = (): undefined => void made++;
  memo.of([], make);
  memo.of([], make);
  assert.equal(made, 1);
});

test('what is made of an object is made once, and of another one again', () => {
  const made: object[] = [];
  const listOf = perObject((of: object) => [made.push(of)]);
  const [a, b] = [{}, {}];
  assert.equal(listOf(a), listOf(a));
  assert.notEqual(listOf(a), listOf(b));
  assert.deepEqual(made.length, 2);
});
