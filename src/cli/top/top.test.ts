import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposition, openAdmin } from '../../admin/index.ts';
import type { MetricFamily, MetricLabels } from '../../contract/index.ts';
import { said } from '../testing/said.ts';
import { readSamples } from './metrics-text.ts';
import { topText } from './top-text.ts';
import { lookAt, sorted, totalOf, trafficBetween, type Look } from './traffic.ts';

const bounds = [0.01, 0.1, 1];

interface Counted {
  readonly ok?: number;
  readonly failed?: number;
  readonly refused?: number;
  /** Requests up to each bound and no other. */
  readonly buckets?: readonly number[];
  readonly seconds?: number;
}

function families(rows: Readonly<Record<string, Counted>>, labelsOf: (name: string) => MetricLabels): MetricFamily[] {
  const all = Object.entries(rows);
  const counts = (codeClass: string, read: (it: Counted) => number | undefined): MetricFamily['samples'] => all.flatMap(([name, it]) => (read(it) === undefined ? [] : [{ labels: [...labelsOf(name), ['code_class', codeClass] as const], value: read(it)! }]));
  return [
    { name: 'postern_requests_total', help: '', type: 'counter', merge: 'sum', samples: [...counts('2xx', (it) => it.ok), ...counts('5xx', (it) => it.failed), ...counts('4xx', (it) => it.refused)] },
    { name: 'postern_request_duration_seconds', help: '', type: 'histogram', merge: 'sum', samples: all.map(([name, { buckets = [0, 0, 0, 0], seconds = 0 }]) => ({ labels: labelsOf(name), value: seconds, buckets, bounds })) },
    { name: 'postern_requests_active', help: '', type: 'gauge', merge: 'sum', samples: [{ labels: [['listener', 'http']], value: 3 }] },
  ];
}

const route = (name: string): MetricLabels => [['gateway_namespace', 'infra'], ['gateway', 'web'], ['listener', 'http'], ['route_kind', 'HTTPRoute'], ['route_namespace', 'shop'], ['route', name], ['rule', '0']];
const backend = (name: string): MetricLabels => [['gateway_namespace', 'infra'], ['gateway', 'web'], ['listener', 'http'], ['backend_kind', 'Service'], ['backend_namespace', 'shop'], ['backend', name], ['backend_port', '80']];

function look(rows: Readonly<Record<string, Counted>>, at: number, labelsOf = route): Look {
  return lookAt(readSamples(exposition(families(rows, labelsOf)), 'postern_request'), at);
}

test('what happened between two looks, by route', () => {
  const before = look({ cart: { ok: 100, failed: 1, buckets: [50, 51, 0, 0], seconds: 3 }, quiet: { ok: 5 } }, 0);
  const now = look({ cart: { ok: 180, failed: 11, refused: 10, buckets: [100, 101, 0, 0], seconds: 8 }, quiet: { ok: 5 }, fresh: { ok: 2, buckets: [0, 0, 0, 2], seconds: 4 } }, 2000);
  const rows = sorted(trafficBetween(before, now), 'requests');
  assert.deepEqual(rows, [
    { name: 'HTTPRoute shop/cart', rate: 50, failed: 5, refused: 5, mean: 50, p50: 10, p99: 98.2 },
    { name: 'HTTPRoute shop/fresh', rate: 1, failed: 0, refused: 0, mean: 2000, p50: 1000, p99: 1000 },
  ]);
  assert.deepEqual([now.active, now.byRoute], [3, true]);
  assert.deepEqual(totalOf(rows), { rate: 51, failed: 5, refused: 5, mean: (50 * 50 + 2000) / 51 });
  assert.equal(sorted(rows, 'latency')[0]?.name, 'HTTPRoute shop/fresh');
  assert.equal(sorted(rows.toReversed(), 'errors')[0]?.name, 'HTTPRoute shop/cart');
});

test('a program that began anew counts from nothing', () => {
  const [row] = trafficBetween(look({ cart: { ok: 100 } }, 0), look({ cart: { ok: 10 } }, 1000));
  assert.equal(row?.rate, 10);
});

test('where routes are not counted, listeners and backends are told apart, and it is said', () => {
  const rows = trafficBetween(look({}, 0, backend), look({ cart: { ok: 4, buckets: [4, 0, 0, 0] } }, 2000, backend));
  assert.equal(rows[0]?.name, 'infra/web/http → shop/cart:80');
  const same = (text: string): string => text;
  const text = topText({ rows, active: 0, byRoute: false, title: 'now' }, { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same }, 10);
  assert.match(text, /^now: 2\.0 requests\/s, 0 failed\/s.*\n\nLISTENER → BACKEND +REQ\/S/);
  assert.match(text, /--metrics-by-route/);
});

test('labels with quotes and line ends, and lines that are no samples', () => {
  const [sample, ...more] = readSamples('# HELP x\npostern_requests_total{a="x\\"y\\\\z\\n",b="1,2"} 5\npostern_requests_total broken\nother 1\n', 'postern_request').filter(({ labels }) => labels.size > 0);
  assert.deepEqual([more.length, sample?.value, sample?.labels.get('a'), sample?.labels.get('b')], [0, 5, 'x"y\\z\n', '1,2']);
});

test('two programs are added up, in JSON for scripts', { timeout: 30_000 }, async (t) => {
  const urls: string[] = [];
  for (const name of ['a', 'b']) {
    let asked = 0;
    const admin = await openAdmin({ metrics: () => Promise.resolve(families({ cart: { ok: 10 * ++asked } }, route)), readiness: () => 'ready', statuses: () => [], configuration: () => ({ name }) }, { address: '127.0.0.1', port: 0 });
    t.after(() => admin.close());
    urls.push('--admin', `127.0.0.1:${admin.place.port}`);
  }
  const { code, out } = await said(t, 'top', ...urls, '--interval', '1', '-o', 'json');
  const frame = JSON.parse(out) as { rows: { name: string; rate: number }[]; active: number };
  assert.deepEqual([code, frame.rows.length, frame.rows[0]?.name, frame.active], [0, 1, 'HTTPRoute shop/cart', 6]);
  assert.ok(frame.rows[0]!.rate > 0 && frame.rows[0]!.rate <= 20);
  assert.match((await said(t, 'top', '--interval', '0')).err, /at least one second/);
});
