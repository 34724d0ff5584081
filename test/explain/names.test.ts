/** Names that people type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findObject } from '../../src/explain/index.ts';
import { knownFrom } from './known.ts';

const api = 'gateway.networking.k8s.io/v1';
const { meaning } = knownFrom([
  { apiVersion: api, kind: 'Gateway', metadata: { name: 'web', namespace: 'infra' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } },
  ...['cart', 'checkout', 'search'].map((name) => ({ apiVersion: api, kind: 'HTTPRoute', metadata: { name, namespace: 'shop' }, spec: { parentRefs: [{ name: 'web', namespace: 'infra' }] } })),
]);

const cases: readonly (readonly [name: string, namespace: string | undefined, said: string])[] = [
  ['httproute/cart', undefined, 'HTTPRoute shop/cart'],
  ['gw/web', 'infra', 'Gateway infra/web'],
  ['httproute/carts', undefined, 'there is no HTTPRoute carts; did you mean cart?'],
  ['httproute/cart', 'other', 'there is no HTTPRoute other/cart; there is shop/cart'],
  ['httproute/xyzzy', undefined, 'there is no HTTPRoute xyzzy; there are shop/cart, shop/checkout, shop/search'],
  ['gateway/xyzzy', undefined, 'there is no Gateway xyzzy; there is infra/web'],
  ['tcproute/cart', undefined, 'there is no TCPRoute cart; there is none at all'],
  ['htproute/cart', undefined, 'there is no kind htproute; did you mean HTTPRoute?'],
  ['listener/wbe/http', undefined, 'there is no Gateway wbe that is served here; did you mean web?'],
  ['listener/web/https', undefined, 'Gateway infra/web has no listener https; it has http'],
];

for (const [name, namespace, said] of cases) {
  test(`${name}${namespace === undefined ? '' : ` -n ${namespace}`}: ${said}`, () => {
    const found = findObject(name, namespace, meaning);
    assert.equal(found.kind === 'object' ? `${found.ref.kind} ${found.ref.namespace}/${found.ref.name}` : found.kind === 'unknown' ? found.problem : found.kind, said);
  });
}
