import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineRing, LogTail } from './log-tail.ts';
import type { Observer } from './observation.ts';
import { newStats } from '../stats.ts';

test('lines come once to each reader, and those that are forgotten are counted', () => {
  const ring = new LineRing(3);
  ring.add('before');
  const { next } = ring.from(0);
  assert.deepEqual(ring.from(next), { lines: [], next: 2, lost: 0 });
  for (const line of ['a', 'b']) ring.add(line);
  assert.deepEqual(ring.from(next), { lines: ['a', 'b'], next: 4, lost: 0 });
  assert.deepEqual(ring.from(3), { lines: ['b'], next: 4, lost: 0 }, 'another reader, elsewhere');
  for (let index = 0; index < 20; index++) ring.add(`${index}`);
  assert.deepEqual(ring.from(4), { lines: ['17', '18', '19'], next: 24, lost: 17 });
  assert.deepEqual(ring.from(1000), { lines: [], next: 24, lost: 0 }, 'a reader of a program that is no more');
});

test('nobody watches requests where nobody reads', () => {
  const observers: Observer[] = [];
  const tail = new LogTail({ stats: newStats(), observers, isCutOff: false });
  assert.equal(observers.length, 0);
  tail.from(0);
  tail.from(0);
  assert.deepEqual(observers, [tail]);
  tail.stop();
  assert.equal(observers.length, 0);
});
