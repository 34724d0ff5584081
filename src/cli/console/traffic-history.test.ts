import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counters, type MetricFamily } from '../../contract/index.ts';
import { allTraffic, TrafficHistory } from './traffic-history.ts';

const cart = [['gateway_namespace', 'shop'], ['gateway', 'web'], ['listener', 'http'], ['route_kind', 'HTTPRoute'], ['route_namespace', 'shop'], ['route', 'cart'], ['rule', '0'], ['backend_kind', 'Service'], ['backend_namespace', 'shop'], ['backend', 'cart'], ['backend_port', '80']] as const;

/** Requests so far by class of their status. */
function counted(rows: Readonly<Record<string, number>>): MetricFamily[] {
  return [counters({ name: 'postern_requests_total', help: '' }, Object.entries(rows).map(([codeClass, count]) => [[...cart, ['code_class', codeClass]], count]))];
}

test('counters become rates, by everything that a request went through', () => {
  const history = new TrafficHistory(4);
  history.add(counted({ '2xx': 1000 }), 1000);
  history.add(counted({ '2xx': 1020, '5xx': 4 }), 3000);
  history.add(counted({ '2xx': 1020, '5xx': 4, '4xx': 6 }), 5000);
  for (const key of [allTraffic, 'gateway/shop/web', 'gateway/shop/web/http', 'httproute/shop/cart', 'httproute/shop/cart/rules/0', 'service/shop/cart/80']) {
    assert.deepEqual(history.series(key), { rate: [12, 3], failed: [2, 0], refused: [0, 3] }, key);
  }
  assert.equal(history.series('httproute/shop/other'), undefined);
});

test('routes are counted apart where that is possible, and then once', () => {
  const history = new TrafficHistory(4);
  const apart = (count: number): MetricFamily => counters({ name: 'postern_route_requests', help: '' }, [[[['route_kind', 'HTTPRoute'], ['route_namespace', 'shop'], ['route', 'cart'], ['rule', '1'], ['code_class', '5xx']], count]]);
  history.add([...counted({ '2xx': 0 }), apart(0)], 1000);
  history.add([...counted({ '2xx': 20 }), apart(5)], 2000);
  assert.deepEqual([history.series('gateway/shop/web')?.rate, history.series('httproute/shop/cart'), history.series('httproute/shop/cart/rules/0')], [[20], { rate: [5], failed: [5], refused: [0] }, undefined]);
});

test('only the last steps are kept, and what is silent has no traffic', () => {
  const history = new TrafficHistory(3);
  for (let step = 0; step <= 6; step++) history.add(counted({ '2xx': step <= 4 ? step * 10 : 40 }), 1000 + step * 1000);
  assert.deepEqual(history.series(allTraffic)?.rate, [10, 0, 0]);
  history.add(counted({ '2xx': 40 }), 8000);
  assert.equal(history.series(allTraffic), undefined);
  history.add(counted({ '2xx': 44 }), 9000);
  assert.deepEqual(history.series(allTraffic)?.rate, [0, 0, 4]);
});

test('where a process took its count with it, nothing is made up', () => {
  const history = new TrafficHistory(3);
  history.add(counted({ '2xx': 500 }), 1000);
  history.add(counted({ '2xx': 8 }), 2000);
  history.add(counted({ '2xx': 12 }), 3000);
  assert.deepEqual(history.series(allTraffic)?.rate, [0, 4]);
});

test('the busiest come first, and before them those that fail; the silent are left out and forgotten', () => {
  const history = new TrafficHistory(3);
  const rows = (a: number, b: number, failed: number): MetricFamily[] => [counters({ name: 'postern_requests_total', help: '' }, [['a', a, '2xx'], ['b', b, '2xx'], ['c', failed, 'none']].map(([name, value, code]) => [[['backend_kind', 'Service'], ['backend_namespace', 'shop'], ['backend', String(name)], ['backend_port', '80'], ['code_class', String(code)]], Number(value)]))];
  history.add(rows(0, 0, 0), 1000);
  history.add(rows(5, 50, 1), 2000);
  assert.deepEqual(history.busiest('service/').map(({ key, failed }) => [key, failed]), [['service/shop/c/80', 1], ['service/shop/b/80', 0], ['service/shop/a/80', 0]]);
  for (let step = 0; step < 20; step++) history.add([], 3000 + step * 1000);
  assert.deepEqual([history.busiest(''), history.series('service/shop/a/80')], [[], undefined]);
});
