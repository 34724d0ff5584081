import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Share } from './share.ts';

const chosen = (share: Share, requests: number): boolean[] => Array.from({ length: requests }, () => share.next());
const count = (choices: readonly boolean[]): number => choices.filter(Boolean).length;

test('the share of any run is met within a few requests, wherever it starts', () => {
  for (const part of [0, 0.01, 0.2, 0.35, 0.5, 0.999, 1]) {
    for (const start of [0, 0.25, 0.7]) {
      const choices = chosen(new Share(part, start), 1500);
      for (const [from, to] of [[0, 500], [333, 833], [1000, 1500]] as const) {
        assert.ok(Math.abs(count(choices.slice(from, to)) - part * 500) <= 4, `${part} from ${start}: ${count(choices.slice(from, to))}`);
      }
    }
  }
});

test('nothing and everything are exact', () => {
  assert.equal(count(chosen(new Share(0, 0.1), 1000)), 0);
  assert.equal(count(chosen(new Share(1, 0.1), 1000)), 1000);
});

test('every n-th request gets its share too, so a mirror does not follow one backend', () => {
  const choices = chosen(new Share(0.5, 0.3), 2000);
  for (const stride of [2, 3, 5, 10]) {
    const own = choices.filter((_, index) => index % stride === 0);
    assert.ok(Math.abs(count(own) - own.length / 2) <= 10, `${stride}: ${count(own)} of ${own.length}`);
  }
});

test('two mirrors of one rule choose different requests', () => {
  const one = chosen(new Share(0.5, 0), 200);
  const other = chosen(new Share(0.5, 0.4), 200);
  assert.ok(one.some((it, index) => it !== other[index]));
});
