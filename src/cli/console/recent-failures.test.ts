import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentFailures } from './recent-failures.ts';

const cart = { kind: 'request', 'http.request.method': 'GET', 'url.scheme': 'https', 'server.address': 'shop.example.com', 'server.port': 443, 'url.path': '/cart', gateway: 'shop/web', listener: 'https', time: '2026-06-01T00:00:00Z', duration_ms: 1.5 };

test('what was refused or failed is remembered with what it went through, the newest first', async () => {
  const failures = new RecentFailures();
  const asked: number[] = [];
  const lines = [
    { ...cart, 'http.response.status_code': 200 },
    { ...cart, 'http.response.status_code': 404, 'error.type': 'no-route', 'server.port': 8443, 'url.query': 'a=1' },
    { ...cart, 'http.response.status_code': 500, route: 'HTTPRoute/shop/cart', rule: '0', backend: 'Service/shop/Cart:80' },
    { ...cart, 'error.type': 'client-closed', ending: 'aborted' },
    { ...cart, kind: 'connection' },
  ].map((it) => JSON.stringify(it));
  const reader = (since: number): Promise<{ lines: string[]; next: number }> => {
    asked.push(since);
    return Promise.resolve(since === 0 ? { lines: [], next: 1 } : { lines, next: 1 + lines.length });
  };
  assert.deepEqual(await failures.read(reader, ''), []);
  const rows = await failures.read(reader, '');
  assert.deepEqual(rows.map(({ number, status, cause, url }) => [number, status, cause, url]), [
    [3, undefined, 'client-closed', 'https://shop.example.com/cart'], [2, 500, undefined, 'https://shop.example.com/cart'], [1, 404, 'no-route', 'https://shop.example.com:8443/cart?a=1'],
  ]);
  assert.deepEqual(rows[1]?.keys, ['gateway/shop/web', 'gateway/shop/web/https', 'httproute/shop/cart', 'httproute/shop/cart/rules/0', 'service/shop/Cart', 'service/shop/Cart/80']);
  assert.deepEqual((await failures.read(() => undefined, 'httproute/shop/cart')).map(({ number }) => number), [2]);
  assert.deepEqual(asked, [0, 1]);
});
