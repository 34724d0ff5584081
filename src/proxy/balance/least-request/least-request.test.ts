import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeastRequest } from './least-request.ts';

/** Random numbers that are the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const endpoints = (count: number): { key: string; active: number }[] => Array.from({ length: count }, (_, index) => ({ key: `e${index}`, active: 0 }));

test('the busier of two is never taken', () => {
  const [idle, busy] = endpoints(2) as [{ key: string; active: number }, { key: string; active: number }];
  busy.active = 3;
  const balancer = new LeastRequest<{ key: string; active: number }>(seeded(1));
  balancer.set([idle, busy]);
  for (let i = 0; i < 200; i++) assert.equal(balancer.next(undefined, undefined), idle);
});

test('requests that never end are spread within two of each other', () => {
  for (const count of [2, 3, 10]) {
    const all = endpoints(count);
    const balancer = new LeastRequest<{ key: string; active: number }>(seeded(count));
    balancer.set(all);
    for (let i = 0; i < count * 100; i++) balancer.next(undefined, undefined)!.active++;
    const counts = all.map(({ active }) => active);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 8, counts.join(' '));
  }
});

test('a slow endpoint gets less: its requests stay ten times as long', () => {
  const all = endpoints(4);
  const balancer = new LeastRequest<{ key: string; active: number }>(seeded(9));
  balancer.set(all);
  const taken = new Map<string, number>();
  const ends: { at: number; of: { active: number } }[] = [];
  for (let now = 0; now < 4000; now++) {
    for (const end of ends.splice(0)) {
      if (end.at <= now) end.of.active--;
      else ends.push(end);
    }
    const one = balancer.next(undefined, undefined)!;
    one.active++;
    ends.push({ at: now + (one.key === 'e0' ? 40 : 4), of: one });
    taken.set(one.key, (taken.get(one.key) ?? 0) + 1);
  }
  assert.ok(taken.get('e0')! < taken.get('e1')! / 2, JSON.stringify([...taken]));
});

test('those that failed are passed over while there are others', () => {
  const all = endpoints(3);
  const balancer = new LeastRequest<{ key: string; active: number }>(seeded(3));
  balancer.set(all);
  for (let i = 0; i < 100; i++) assert.equal(balancer.next(undefined, [all[0]!, all[1]!]), all[2]);
  assert.ok(all.includes(balancer.next(undefined, all)!));
  balancer.set([]);
  assert.equal(balancer.next(undefined, undefined), undefined);
});
