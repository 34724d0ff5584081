import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counter, gauge, type MetricFamily } from '../../contract/index.ts';
import { JoinedMetrics, mergeFamilies } from './joined-metrics.ts';
import { Meters } from './meters.ts';
import { RequestMeter } from './request-meter.ts';
import { named, service } from './testing/watching.test.ts';

const minutes = 60_000;

test('what left the configuration is shown for a while, and then its series are gone everywhere', () => {
  let now = 0;
  const meters = new Meters(true, () => now);
  const ir = named({ backends: { main: [] } });
  const without = { ...ir, listeners: { ...ir.listeners }, routes: {}, backends: {} };
  meters.begin(ir);
  const listener = meters.listener(ir.listeners['web']!);
  const rule = meters.rule(ir.routes['route0']!.origin);
  assert.equal(meters.rule({ ...rule, match: 3 }), rule, 'matches of one rule share it');
  listener.requests(rule, meters.backend(service('main'))).count(200, 1);
  listener.requests(undefined, undefined).count(404, 1);
  meters.begin(without);
  now = 9 * minutes;
  assert.deepEqual([meters.backends.length, listener.requestSeries.length], [1, 2]);
  meters.begin(ir);
  now = 30 * minutes;
  meters.begin(without);
  assert.equal(meters.backends.length, 1, 'it came back in between');
  now = 41 * minutes;
  assert.deepEqual([meters.backends.length, listener.requestSeries.length], [0, 1]);
  meters.begin({ ...without, listeners: {} });
  now = 60 * minutes;
  assert.deepEqual(meters.listeners, []);
});

test('all addresses of a listener share a meter, and matches of a rule do not differ where routes are not told apart', () => {
  const meters = new Meters(false);
  const ir = named({ backends: { main: [] } });
  const web = ir.listeners['web']!;
  meters.begin({ ...ir, listeners: { 'web': web, 'web@::1': web } });
  assert.equal(meters.listener(web), meters.listener({ origin: { ...web.origin } }));
  const listener = meters.listener(web);
  const { origin } = ir.routes['route0']!;
  assert.equal(listener.requests(origin, undefined), listener.requests({ ...origin, rule: 9 }, undefined));
  assert.equal(listener.requestSeries[0]?.rule, undefined);
});

test('only registered codes have series of their own', () => {
  const meter = new RequestMeter();
  for (const status of [0, 200, 200, 299, 404, 499, 599, 600, 999, 1000]) meter.count(status, 0);
  assert.deepEqual(meter.codes, [['none', 1], ['200', 2], ['404', 1], ['2xx', 1], ['4xx', 1], ['5xx', 1], ['other', 3]]);
});

test('a duration is in the first bucket whose bound it does not pass', () => {
  const meter = new RequestMeter();
  for (const ms of [0, 0.5, 0.6, 60_000, 60_001]) meter.count(200, ms);
  assert.deepEqual([meter.durations[0], meter.durations[1], meter.durations.at(-2), meter.durations.at(-1)], [2, 1, 1, 1]);
});

test('figures of processes are added up, a histogram bucket by bucket, and the latest of times is taken', () => {
  const part = (value: number): MetricFamily[] => [
    counter('a_total', 'A.', value), { ...gauge('b', 'B.', value), merge: 'max' },
    { name: 'c', help: 'C.', type: 'histogram', merge: 'sum', samples: [{ labels: [['l', 'x']], value, buckets: [value, 0, 1], bounds: [1, 2] }] },
  ];
  const [a, b, c] = mergeFamilies([part(1), part(3)]);
  assert.deepEqual([a?.samples[0]?.value, b?.samples[0]?.value, c?.samples[0]?.value, c?.samples[0]?.buckets], [4, 3, 4, [4, 0, 2]]);
  assert.deepEqual(mergeFamilies([[], [counter('a_total', 'A.', 1)]]), [counter('a_total', 'A.', 1)]);
});

test('what a process counted stays counted when it is gone, and what it had open does not', () => {
  const joined = new JoinedMetrics();
  joined.ended([counter('a_total', 'A.', 5), gauge('open', 'Open.', 7)]);
  joined.ended([counter('a_total', 'A.', 2)]);
  assert.deepEqual(joined.with([[counter('a_total', 'A.', 1), gauge('open', 'Open.', 1)]]).map(({ name, samples }) => [name, samples[0]?.value]), [['a_total', 8], ['open', 1]]);
});
