import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteCounts } from './route-counts.ts';

test('requests are counted by rule, whatever table they met', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let unasked = 0;
  const counts = new RouteCounts(() => { unasked++; });
  const rule = (index: number): { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly rule: number } => ({ group: '', kind: 'HTTPRoute', namespace: 'shop', name: 'cart', rule: index });
  const [first, again] = [rule(0), rule(0)];
  for (const status of [200, 301, 404, 500, 0]) counts.count(first, status);
  counts.count(again, 200);
  counts.count(rule(1), 503);
  const [family] = counts.families();
  assert.deepEqual(family?.samples.map(({ labels, value }) => [...labels.slice(2).map(([, it]) => it), value].join(' ')), ['cart 0 2xx 3', 'cart 0 4xx 1', 'cart 0 5xx 2', 'cart 1 5xx 1']);
  t.mock.timers.tick(59_000);
  counts.families();
  t.mock.timers.tick(59_000);
  assert.equal(unasked, 0);
  t.mock.timers.tick(2000);
  assert.equal(unasked, 1, 'nobody asks any more');
});
