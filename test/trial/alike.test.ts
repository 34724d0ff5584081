/** Changes of manifests that do nothing to traffic, and what is told of them: nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareTraffic } from '../../src/trial/index.ts';
import { judge, meantBy } from './goldens.ts';

const api = 'gateway.networking.k8s.io/v1';
const named = (kind: string, name: string, spec: object, apiVersion = api): object => ({ apiVersion, kind, metadata: { name, namespace: 'default' }, spec });
const gateway = named('Gateway', 'web', { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] });
const services = ['a', 'b'].map((name) => named('Service', name, { ports: [{ port: 80 }] }, 'v1'));
const route = (name: string, rules: readonly object[], more: object = {}): object => named('HTTPRoute', name, { parentRefs: [{ name: 'web' }], hostnames: ['shop.example'], ...more, rules });
const rule = (path: string, backend: string, more: object = {}): object => ({ matches: [{ path: { value: path } }], backendRefs: [{ name: backend, port: 80 }], ...more });
const headers = (type: string, ...edits: readonly object[]): object[] => edits.map((it) => ({ type, [`${type[0]!.toLowerCase()}${type.slice(1)}`]: it }));

const alike: readonly (readonly [what: string, before: readonly object[], after: readonly object[]])[] = [
  ['a route with another name', [route('cart', [rule('/cart', 'a')])], [route('basket', [rule('/cart', 'a')])]],
  ['rules in another order that do not meet', [route('cart', [rule('/a', 'a'), rule('/b', 'b')])], [route('cart', [rule('/b', 'b'), rule('/a', 'a')])]],
  ['a route that becomes two', [route('cart', [rule('/a', 'a'), rule('/b', 'b')])], [route('one', [rule('/a', 'a')]), route('two', [rule('/b', 'b')])]],
  ['two matches in one rule, or two rules', [route('cart', [rule('/a', 'a', { matches: [{ path: { value: '/a' } }, { path: { value: '/b' } }] })])], [route('cart', [rule('/a', 'a'), rule('/b', 'a')])]],
  ['a weight that decides nothing', [route('cart', [rule('/a', 'a')])], [route('cart', [rule('/a', 'a', { backendRefs: [{ name: 'a', port: 80, weight: 7 }, { name: 'b', port: 80, weight: 0 }] })])]],
  ['the same shares in other numbers', [route('cart', [rule('/a', 'a', { backendRefs: [{ name: 'a', port: 80, weight: 1 }, { name: 'b', port: 80, weight: 3 }] })])], [route('cart', [rule('/a', 'a', { backendRefs: [{ name: 'b', port: 80, weight: 75 }, { name: 'a', port: 80, weight: 25 }] })])]],
  ['a slash at the end of a prefix', [route('cart', [rule('/a', 'a')])], [route('cart', [rule('/a/', 'a')])]],
  ['a rule that never takes a request', [route('cart', [rule('/a', 'a')])], [route('cart', [rule('/a', 'a'), rule('/a', 'b')])]],
  ['a hostname that a wildcard covers', [route('cart', [rule('/', 'a')], { hostnames: ['*.example'] })], [route('cart', [rule('/', 'a')], { hostnames: ['*.example', 'shop.example'] })]],
  ['a rewrite to what is there', [route('cart', [rule('/a', 'a')])], [route('cart', [rule('/a', 'a', { filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/a' } } }] })])]],
  ['headers of the answer that are set in another order', [route('cart', [rule('/a', 'a', { filters: headers('ResponseHeaderModifier', { set: [{ name: 'x', value: '1' }], remove: ['y'] }) })])], [route('cart', [rule('/a', 'a', { filters: headers('ResponseHeaderModifier', { remove: ['y'], set: [{ name: 'X', value: '1' }] }) })])]],
  ['objects that carry no traffic', [route('cart', [rule('/a', 'a')])], [route('cart', [rule('/a', 'a')]), named('Service', 'unused', { ports: [{ port: 80 }] }, 'v1'), named('ConfigMap', 'c', {}, 'v1')]],
];

for (const [what, before, after] of alike) {
  test(what, () => {
    const [a, b] = [meantBy([gateway, ...services, ...before]), meantBy([gateway, ...services, ...after])];
    assert.ok(Object.keys(a.ir.routes).length > 0 && Object.keys(b.ir.routes).length > 0);
    assert.deepEqual(compareTraffic(a, b, judge).changes, []);
    assert.deepEqual(compareTraffic(b, a, judge).changes, []);
  });
}
