import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { newSpanId, newTraceId } from './ids.ts';
import { isSampled, randomnessOf } from './sampling.ts';
import type { TraceParent } from './trace-context.ts';

const parent = (isOn: boolean, isRandom = false, traceId = '0af7651916cd43dd8448eb211c80319c'): TraceParent => ({ traceId, spanId: 'b7ad6b7169203331', isSampled: isOn, isRandom });
const share = fc.double({ min: 0, max: 1, noNaN: true });
/** What Math.random gives: 0 up to 1. */
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a share of 0 takes nothing and one of 1 everything, by chance and by id', () => {
  fc.assert(fc.property(chance, fc.boolean(), (random, isRandom) => {
    const caller = parent(true, isRandom, newTraceId());
    assert.equal(isSampled({ share: 0, parentShare: undefined }, undefined, () => random), false);
    assert.equal(isSampled({ share: 1, parentShare: undefined }, undefined, () => random), true);
    assert.equal(isSampled({ share: 1, parentShare: 0 }, caller, () => random), false);
    assert.equal(isSampled({ share: 0, parentShare: 1 }, caller, () => random), true);
  }));
});

test('a caller that does not sample is followed, whatever the shares', () => {
  fc.assert(fc.property(share, share, chance, (a, b, random) => {
    assert.equal(isSampled({ share: a, parentShare: b }, parent(false), () => random), false);
  }));
});

test('where the caller does not count, its request is like any other', () => {
  fc.assert(fc.property(share, chance, fc.boolean(), (some, random, isOn) => {
    const rates = { share: some, parentShare: undefined };
    assert.equal(isSampled(rates, parent(isOn, true), () => random), isSampled(rates, undefined, () => random));
  }));
});

test('a share of callers with random ids is taken by id: a greater share takes the same traces and more', () => {
  fc.assert(fc.property(share, share, (a, b) => {
    const caller = parent(true, true, newTraceId());
    const taken = [Math.min(a, b), Math.max(a, b)].map((parentShare) => isSampled({ share: 0, parentShare }, caller, () => assert.fail('chance was asked')));
    assert.ok(!taken[0]! || taken[1]!);
  }));
});

test('shares are kept, by chance and by id', () => {
  for (const some of [0.05, 0.5]) {
    let byChance = 0;
    let byId = 0;
    for (let i = 0; i < 20_000; i++) {
      if (isSampled({ share: some, parentShare: undefined }, undefined)) byChance++;
      if (isSampled({ share: 0, parentShare: some }, parent(true, true, newTraceId()))) byId++;
    }
    // Nine standard deviations.
    const slack = 9 * Math.sqrt(20_000 * some * (1 - some));
    assert.ok(Math.abs(byChance - 20_000 * some) < slack, `${byChance} by chance`);
    assert.ok(Math.abs(byId - 20_000 * some) < slack, `${byId} by id`);
  }
});

test('the randomness of an id is its last seven bytes', () => {
  assert.equal(randomnessOf(`${'f'.repeat(18)}${'0'.repeat(14)}`), 0);
  assert.equal(randomnessOf(`${'0'.repeat(18)}8${'0'.repeat(13)}`), 0.5);
});

test('ids have their form and do not come twice', () => {
  const ids = Array.from({ length: 2000 }, newTraceId);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^(?!0{32})[0-9a-f]{32}$/);
  assert.match(newSpanId(), /^(?!0{16})[0-9a-f]{16}$/);
});
