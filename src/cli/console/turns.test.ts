import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('at once after a quiet while, and then as rarely as it costs', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const pass = (ms: number): void => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  let count = 0;
  const turns = new Turns(() => { count++; });
  turns.want();
  pass(1);
  assert.equal(count, 1);
  turns.spend(() => { now += 100; });
  for (let time = 0; time < 8; time++) {
    turns.want();
    pass(100);
    assert.equal(count, 1, 'a look that took 100 ms has a second');
  }
  pass(100);
  assert.equal(count, 2, 'and what came meanwhile is one turn');
  pass(5000);
  assert.equal(count, 2);
  turns.want();
  pass(1);
  assert.equal(count, 3);
  turns.want();
  turns.stop();
  pass(5000);
  assert.equal(count, 3);
});
