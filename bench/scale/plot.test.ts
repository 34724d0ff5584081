import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scalePlot } from './plot.ts';

test('what costs the same for any number of routes is a flat line, and ten times more is a decade higher', () => {
  const svg = scalePlot([
    { name: 'flat', points: [{ routes: 100, ms: 1 }, { routes: 10_000, ms: 1 }] },
    { name: 'rising', points: [{ routes: 100, ms: 1 }, { routes: 10_000, ms: 100 }] },
  ], 'a <title>');
  const [flat, rising] = [...svg.matchAll(/class="l\d" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/g)].map((it) => it.slice(1).map(Number));
  assert.equal(flat![1], flat![3]);
  assert.deepEqual([rising![0], rising![2]], [60, 690]);
  assert.deepEqual([rising![1], rising![3]], [316, 48]);
  assert.match(svg, /a &#60;title&#62;/);
});
