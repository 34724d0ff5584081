import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goals, judge } from './goals.ts';
import type { Row } from './report.ts';
import { workloads } from './workloads.ts';

const row = (workload: string, proxy: string, change: Partial<Row>): Row => ({ workload, proxy, cpuUsPerRequest: 10, rps: 1, p50Ms: 1, p99Ms: 1, rssMb: 100, ...change });

test('goals are of workloads that exist', () => {
  const names = new Set(workloads.map((workload) => workload.name));
  for (const goal of goals) assert.ok(names.has(goal.workload) && names.has(goal.beside?.workload ?? goal.workload), goal.workload);
});

test('a goal is met up to its limit, and left out where it was not measured', () => {
  const lines = judge([row('tcp-bytes', 'postern', { cpuUsPerRequest: 10 }), row('tcp-bytes', 'envoy', { cpuUsPerRequest: 10 })]);
  assert.deepEqual(lines, [['tcp-bytes', 'CPU beside envoy', '≤ 1.00', '1.00', 'met']]);
  assert.deepEqual(judge([row('tcp-bytes', 'postern', {})]), []);
});

test('goals compare tails, workloads of Postern itself, and plain figures', () => {
  const rows = [
    row('http1-tail', 'postern', { p99Ms: 3 }), row('http1-tail', 'envoy', { p99Ms: 1 }),
    row('http1-small-32', 'postern', { cpuUsPerRequest: 10 }), row('http1-small-32-5000routes', 'postern', { cpuUsPerRequest: 10.4, rssMb: 89 }),
  ];
  assert.deepEqual(judge(rows).map(([, what, , reached, verdict]) => `${what}: ${reached} ${verdict}`), [
    'CPU beside that of http1-small-32: 1.04 met', 'p99 beside envoy: 3.00 not met', 'memory, MB: 89.00 met',
  ]);
});
