import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ir } from '../../ir/index.ts';
import { xdsResources } from './xds-stage.ts';

const origin = (kind: string, name: string): { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string } => ({ group: '', kind, namespace: 'shop', name });

const ir: Ir = {
  sockets: { s: { address: '127.0.0.1', port: 8080 } },
  listeners: { l: { socket: 's', protocol: 'http', port: 80, hostname: '', hosts: [{ hostname: 'shop.example.com', routes: ['httproute/shop/cart/0/0'] }], origin: { ...origin('Gateway', 'web'), section: 'http' } } },
  routes: { 'httproute/shop/cart/0/0': { match: { path: { kind: 'prefix', value: '' } }, action: { kind: 'forward', filters: [], targets: [{ weight: 1, to: { kind: 'backend', backend: 'service/shop/cart/80' }, filters: [] }] }, origin: { ...origin('HTTPRoute', 'cart'), rule: 0, match: 0 } } },
  backends: { 'service/shop/cart/80': { protocol: 'http1', origin: origin('Service', 'cart') } }, endpoints: { 'service/shop/cart/80': [{ address: '10.0.0.1', port: 80, ready: true }] }, certificates: {},
} as unknown as Ir;

test('what Envoy is given leads back to the objects', async () => {
  const found = await xdsResources(ir);
  const of = (type: string): string[] => found.filter((it) => it.type === type).map(({ name, origins }) => `${name} of ${origins.map((it) => `${it.kind} ${it.name}`).join(', ')}`);
  assert.deepEqual(of('listener').map((it) => it.replace(/^\S+/, '')), [' of Gateway web']);
  assert.ok(of('virtual host').some((it) => it.includes('shop.example.com of HTTPRoute cart')), of('virtual host').join('; '));
  assert.deepEqual([of('cluster').length, of('endpoints').length], [1, 1]);
  assert.match(JSON.stringify(found.map((it) => it.read())), /"10\.0\.0\.1"/);
});
