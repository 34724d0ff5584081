import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RetryBudget, RetryBudgets } from './budget.ts';
import { RollingCount } from './rolling-count.ts';

const tenSeconds = { percent: 20, intervalMs: 10_000, leastCount: 1, leastIntervalMs: 1000 };

test('retries are a share of all requests, retries included', () => {
  const budget = new RetryBudget({ ...tenSeconds, leastCount: 0 }, () => 0);
  for (let i = 0; i < 800; i++) budget.begin();
  let retries = 0;
  while (budget.spend()) retries++;
  assert.equal(retries, 200);
});

test('with little traffic the least rate is allowed, in each of its intervals', () => {
  let now = 0;
  const budget = new RetryBudget({ percent: 0, intervalMs: 10_000, leastCount: 3, leastIntervalMs: 1000 }, () => now);
  const spendAll = (): number => {
    let spent = 0;
    while (budget.spend()) spent++;
    return spent;
  };
  assert.equal(spendAll(), 3);
  now = 500;
  assert.equal(spendAll(), 0);
  now = 1100;
  assert.equal(spendAll(), 3);
});

test('requests count for the interval and no longer', () => {
  let now = 0;
  const budget = new RetryBudget({ ...tenSeconds, leastCount: 0 }, () => now);
  for (let i = 0; i < 8; i++) budget.begin();
  assert.equal(budget.spend(), true);
  now = 11_000;
  assert.equal(budget.spend(), false);
});

test('a rolling count is never more than what came in the window, and at least what came in nine tenths of it', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }), fc.integer({ min: 10, max: 5000 }), (gaps, windowMs) => {
    const count = new RollingCount(windowMs);
    let now = 1234;
    const times: number[] = [];
    for (const gap of gaps) {
      now += gap;
      count.add(now);
      times.push(now);
      const total = count.total(now);
      assert.equal(total <= times.filter((it) => now - it < windowMs).length, true);
      assert.equal(total >= times.filter((it) => now - it < windowMs * 0.9).length, true);
    }
  }));
});

test('a budget lives on where its settings stay, and is shared by its scope', () => {
  const budgets = new RetryBudgets();
  const first = budgets.begin()({ ...tenSeconds, scope: 'a' });
  const again = budgets.begin();
  assert.equal(again({ ...tenSeconds, scope: 'a' }), first);
  assert.equal(again({ ...tenSeconds, scope: 'a' }), first);
  assert.notEqual(again({ ...tenSeconds, scope: 'b' }), first);
  assert.notEqual(budgets.begin()({ ...tenSeconds, percent: 50, scope: 'a' }), first);
});
