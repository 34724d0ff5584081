import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growth } from './edits/growth.ts';
import type { Sample } from './contender.ts';
import { besides, median, quantile, toRows, workloadTable } from './report.ts';
import { workloads } from './workloads.ts';

function sample(change: Partial<Sample>): Sample {
  return {
    workload: 'http1-small-32', proxy: 'nginx', cpuUsPerRequest: 20, rps: 40_000, p50Ms: 0.7, p99Ms: 1.5, rssMb: 11, busy: 1, others: 0, errors: 0, ...change,
  };
}

test('the median of an even count lies between its two middle values', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([9, 1, 5]), 5);
});

test('a quantile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(quantile(values, 0.99), 100);
  assert.equal(quantile(values, 0.5), 51);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('one row a workload and proxy holds exactly the fields of the contract, as medians', () => {
  const rows = toRows([sample({ cpuUsPerRequest: 30 }), sample({ cpuUsPerRequest: 21.234 }), sample({ cpuUsPerRequest: 10 }), sample({ proxy: 'envoy' })]);
  assert.deepEqual(rows.map((row) => row.proxy), ['nginx', 'envoy']);
  assert.deepEqual(rows[0], { workload: 'http1-small-32', proxy: 'nginx', cpuUsPerRequest: 21.23, rps: 40_000, p50Ms: 0.7, p99Ms: 1.5, rssMb: 11 });
});

test('the table shows ratios to Envoy and nginx, and none where they did not run', () => {
  const both = workloadTable(workloads[0]!, [sample({}), sample({ proxy: 'envoy', cpuUsPerRequest: 40 })]);
  assert.match(both, /\| nginx +\| +20\.0 \| +20\.0–20\.0 \| +0\.50 \| +1\.00 \|/);
  assert.match(workloadTable(workloads[0]!, [sample({})]), /\| nginx +\| +20\.0 \| +20\.0–20\.0 \| +– \| +1\.00 \|/);
});

test('a workload is compared with another only where both ran', () => {
  const one = sample({});
  const many = sample({ workload: 'http1-small-32-5000routes', cpuUsPerRequest: 22 });
  assert.equal(besides(toRows([one, many]), 'http1-small-32-5000routes', 'http1-small-32'), 'nginx 1.10');
  assert.equal(besides(toRows([one]), 'http1-small-32-5000routes', 'http1-small-32'), '');
});

test('growth is told from breathing', () => {
  const footprints = (rss: (i: number) => number): { saves: number; rssMb: number; files: number }[] =>
    Array.from({ length: 40 }, (_, i) => ({ saves: (i + 1) * 50, rssMb: rss(i), files: 20 }));
  assert.equal(growth(footprints((i) => 100 + (i % 3) * 5)).leaks, false);
  const leaking = growth(footprints((i) => 100 + i * 2));
  assert.equal(leaking.leaks, true);
  assert.equal(Math.round(leaking.kbPerSave), 40);
  assert.throws(() => growth(footprints(() => 100).slice(0, 3)), RangeError);
});
