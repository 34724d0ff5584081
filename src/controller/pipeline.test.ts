/** What only the whole way from objects to status and IR can show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lower } from '../lower/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { attachedRoutes } from '../status/index.ts';
import { assumeServed } from './assume.ts';
import { compile } from './compile.ts';
import { gateway, snapshotOf } from './testing/snapshots.ts';

type PlainObject = { readonly [field: string]: unknown };

function compiled(objects: readonly PlainObject[]): ReturnType<typeof compile> {
  return compile(snapshotOf(objects), { controllerName: 'test', capabilities: nativeCapabilities, adoptForeignClasses: true, checkKeyPair: () => ({ names: [] }), checkAuthorities: () => undefined });
}

interface RouteOptions {
  readonly created?: string;
  readonly hostnames?: readonly string[];
  readonly parents?: readonly PlainObject[];
  readonly namespace?: string;
}

function route(name: string, { created, hostnames, parents = [{ name: 'gw', namespace: 'default' }], namespace = 'default' }: RouteOptions = {}): PlainObject {
  return {
    kind: 'HTTPRoute', metadata: { name, namespace, ...(created === undefined ? {} : { creationTimestamp: created }) },
    spec: { parentRefs: parents, ...(hostnames === undefined ? {} : { hostnames }), rules: [{ matches: [{ path: { value: '/same' } }] }] },
  };
}

function servedFirst(...routes: readonly PlainObject[]): string | undefined {
  const { graph } = compiled([gateway('gw', [80]), ...routes]);
  const ir = lower(graph, assumeServed(graph, '127.0.10.0/24').placement);
  return ir.routes[ir.listeners['gateway/default/gw/p80']?.hosts[0]?.routes[0] ?? '']?.origin.name;
}

const [older, younger] = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'];

test('of two equal routes the older one comes first, whatever their names and order', () => {
  for (const [ofA, ofB, wanted] of [[older, younger, 'a'], [younger, older, 'b'], [older, older, 'a'], [undefined, younger, 'b'], [undefined, undefined, 'a']] as const) {
    const a = route('a', ofA === undefined ? {} : { created: ofA });
    const b = route('b', ofB === undefined ? {} : { created: ofB });
    assert.equal(servedFirst(a, b), wanted, `a of ${ofA}, b of ${ofB}`);
    assert.equal(servedFirst(b, a), wanted, `b of ${ofB}, a of ${ofA}`);
  }
});

test('of two routes of one age the first by namespace, then by name, comes first', () => {
  const open = { ...gateway('gw', [80]), spec: { gatewayClassName: 'postern', listeners: [{ name: 'p80', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }] } };
  const first = (...routes: readonly PlainObject[]): string | undefined => {
    const { graph } = compiled([open, ...routes]);
    const ir = lower(graph, assumeServed(graph, '127.0.10.0/24').placement);
    const { namespace, name } = ir.routes[ir.listeners['gateway/default/gw/p80']?.hosts[0]?.routes[0] ?? '']?.origin ?? {};
    return `${namespace}/${name}`;
  };
  assert.equal(first(route('z', { namespace: 'a' }), route('a', { namespace: 'b' })), 'a/z');
  assert.equal(first(route('b', { namespace: 'a' }), route('a', { namespace: 'a' })), 'a/a');
});

test('attachedRoutes counts accepted routes alone, and each once', () => {
  const listeners = [{ name: 'p80', port: 80, protocol: 'HTTP', hostname: '*.example.com' }, { name: 'p81', port: 81, protocol: 'HTTP' }];
  const { graph } = compiled([
    { ...gateway('gw', []), spec: { gatewayClassName: 'postern', listeners } },
    route('everywhere'),
    route('twice', { parents: [{ name: 'gw', sectionName: 'p80' }, { name: 'gw', namespace: 'default', sectionName: 'p80' }] }),
    route('other-host', { hostnames: ['example.org'], parents: [{ name: 'gw', sectionName: 'p80' }] }),
    route('no-section', { parents: [{ name: 'gw', sectionName: 'missing' }] }),
    route('not-allowed', { namespace: 'other' }),
    route('some-listeners', { hostnames: ['example.org'] }),
  ]);
  assert.deepEqual(Object.fromEntries(attachedRoutes(graph)), { 'gateway/default/gw/p80': 2, 'gateway/default/gw/p81': 2 });
});
