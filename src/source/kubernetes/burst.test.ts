import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Burst } from './burst.ts';

/** Moments at which changes were told of that came at these, where that can be; milliseconds. */
function told(t: TestContext, moments: readonly number[], canTell: (now: number) => boolean = () => true): number[] {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  const result: number[] = [];
  let now = 0;
  const tell = (): void => {
    assert.ok(canTell(now));
    result.push(now);
  };
  const burst = new Burst({ canTell: () => canTell(now), tell }, () => now);
  const last = (moments.at(-1) ?? 0) + 1000;
  for (; now <= last; now++) {
    if (now > 0) t.mock.timers.tick(1);
    for (const it of moments) if (it === now) burst.change();
    t.mock.timers.tick(0);
  }
  return result;
}

const every = (ms: number, count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index * ms);

test('changes one by one are told of at once', (t) => {
  assert.deepEqual(told(t, every(20, 50)), every(20, 50));
});

test('what comes at the same time is told of once', (t) => {
  assert.deepEqual(told(t, [3, 3, 3]), [3]);
});

test('a second change soon after the first waits for what else comes, and no longer than that', (t) => {
  assert.deepEqual(told(t, [0, 2]), [0, 7]);
});

test('of a long burst ever more is gathered, up to a limit; the next one after it is told of at once', (t) => {
  const burst = every(4, 500);
  const end = burst.at(-1)!;
  const all = told(t, [...burst, end + 500, end + 530]);
  const gaps = all.slice(1).map((it, index) => it - all[index]!).filter((_, index) => all[index + 1]! <= end);
  assert.ok(gaps.every((it) => it <= 124), `${Math.max(...gaps)} ms`);
  assert.ok(all.length < 30, `${all.length} times`);
  assert.deepEqual(all.slice(-2), [end + 500, end + 530]);
});

test('in a burst, what could not be told of for a while is told of as soon as it can be', (t) => {
  const isAway = (now: number): boolean => now % 100 > 20;
  // A change comes when it can be told of again.
  const back = every(100, 60, 100);
  const all = told(t, [...every(4, 1500), ...back].sort((a, b) => a - b), (now) => !isAway(now));
  const gaps = all.slice(1).map((it, index) => it - all[index]!);
  assert.ok(Math.max(...gaps) <= 225, `${Math.max(...gaps)} ms`);
});

test('pairs of changes far apart are no burst', (t) => {
  const pairs = every(1000, 6).flatMap((it) => [it, it]);
  assert.deepEqual(told(t, [...pairs, 5012]).slice(-2), [5000, 5012]);
});
