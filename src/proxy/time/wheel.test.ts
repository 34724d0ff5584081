import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timer, TimerWheel } from './wheel.ts';

test('timers fire in order of their deadlines, moved ones at the new deadline, disarmed ones never', { timeout: 20_000 }, async (t) => {
  const wheel = new TimerWheel();
  t.after(() => wheel.stop());
  const fired: string[] = [];
  await new Promise<void>((resolve) => {
    const timer = (name: string): Timer => new Timer(() => {
      fired.push(name);
      if (name === 'last') resolve();
    });
    const [early, late, moved, disarmed, removed, last] = ['early', 'late', 'moved', 'disarmed', 'removed', 'last'].map(timer) as [Timer, Timer, Timer, Timer, Timer, Timer];
    wheel.arm(late, 100);
    wheel.arm(early, 20);
    wheel.arm(moved, 20_000);
    wheel.arm(moved, 60);
    wheel.arm(disarmed, 40);
    wheel.arm(disarmed, 0);
    wheel.arm(removed, 40);
    wheel.remove(removed);
    wheel.arm(last, 20);
    wheel.arm(last, 160);
  });
  assert.deepEqual(fired, ['early', 'moved', 'late', 'last']);
});
