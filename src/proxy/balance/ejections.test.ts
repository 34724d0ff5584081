import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ejection } from '../../ir/index.ts';
import { newStats } from '../stats.ts';
import type { Timer } from '../time/wheel.ts';
import { TimerWheel } from '../time/wheel.ts';
import { Ejections } from './ejections.ts';

const policy: Ejection = { on: 'connect', failures: 3, firstMs: 1000, mostMs: 3000 };

/** A wheel whose timers fire when the test says so, and what each was armed with. */
class HandWheel extends TimerWheel {
  readonly armed: { readonly timer: Timer; readonly ms: number }[] = [];

  override arm(timer: Timer, ms: number): void {
    this.armed.push({ timer, ms });
  }

  /** The oldest that is armed fires; answers how long it was to wait. */
  fireNext(): number {
    const { timer, ms } = this.armed.shift()!;
    timer.fire();
    return ms;
  }
}

function ejectionsOf(size: number, with_: Ejection = policy): { ejections: Ejections<string>; wheel: HandWheel; stats: ReturnType<typeof newStats>; owner: { size: number } } {
  const wheel = new HandWheel();
  const stats = newStats();
  const owner = { size, ejectionsChanged: () => undefined };
  const ejections = new Ejections<string>(owner, { stats, wheel });
  ejections.follow(with_);
  return { ejections, wheel, stats, owner };
}

function fail(ejections: Ejections<string>, endpoint: string, times = 3): void {
  for (let i = 0; i < times; i++) ejections.failed(endpoint);
}

test('failures in a row leave an endpoint out, a success between them does not', () => {
  const { ejections, stats } = ejectionsOf(3);
  fail(ejections, 'a', 2);
  ejections.worked('a');
  fail(ejections, 'a', 2);
  assert.ok(!ejections.leavesOut('a'));
  fail(ejections, 'a', 1);
  assert.ok(ejections.leavesOut('a'));
  assert.deepEqual([stats.ejections, stats.activeEjections], [1, 1]);
});

test('a return that fails at once doubles the time, up to the most; one that works forgets all', () => {
  const { ejections, wheel, stats } = ejectionsOf(3);
  fail(ejections, 'a');
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    times.push(wheel.fireNext());
    assert.ok(!ejections.leavesOut('a'));
    fail(ejections, 'a', 1);
    assert.ok(ejections.leavesOut('a'));
  }
  assert.deepEqual(times, [1000, 2000, 3000]);
  wheel.fireNext();
  ejections.worked('a');
  fail(ejections, 'a', 2);
  assert.ok(!ejections.leavesOut('a'));
  fail(ejections, 'a', 1);
  assert.equal(wheel.fireNext(), 1000);
  assert.equal(stats.activeEjections, 0);
});

test('never more than half are left out, and one alone never', () => {
  for (const [size, most] of [[1, 0], [2, 1], [3, 1], [4, 2], [9, 4]] as const) {
    const { ejections } = ejectionsOf(size);
    const all = Array.from({ length: size }, (_, index) => `e${index}`);
    for (let round = 0; round < 3; round++) for (const endpoint of all) fail(ejections, endpoint);
    assert.equal(all.filter((it) => ejections.leavesOut(it)).length, most, `${size}`);
  }
});

test('where others leave, and more than half would be out, all are asked', () => {
  const { ejections, owner } = ejectionsOf(4);
  fail(ejections, 'a');
  fail(ejections, 'b');
  owner.size = 3;
  assert.ok(!ejections.leavesOut('a') && !ejections.leavesOut('b'));
  owner.size = 4;
  assert.ok(ejections.leavesOut('a') && ejections.leavesOut('b'));
});

test('what leaves is forgotten with its timer, and a change of the policy lets all back', () => {
  const { ejections, stats, wheel } = ejectionsOf(4);
  fail(ejections, 'a');
  fail(ejections, 'b');
  ejections.keepOnly((it) => it === 'b');
  assert.equal(stats.activeEjections, 1);
  wheel.fireNext();
  assert.equal(stats.activeEjections, 1);
  ejections.follow(undefined);
  assert.equal(stats.activeEjections, 0);
  fail(ejections, 'b', 10);
  assert.ok(!ejections.leavesOut('b'));
});
