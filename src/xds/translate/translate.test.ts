import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend, Endpoint, Ir, Listener, Route } from '../../ir/index.ts';
import type { EnvoyResourceKind, EnvoyResources } from './envoy-resources.ts';
import { translate } from './translate.ts';

const origin = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default', name: 'r' };
const backend: Backend = { protocol: 'http1', origin: { group: '', kind: 'Service', namespace: 'default', name: 'a' } };
const endpoint: Endpoint = { address: '10.0.0.1', port: 80, ready: true };

function routeTo(path: string, key = 'a'): Route {
  return { match: { path: { kind: 'prefix', value: path } }, action: { kind: 'forward', filters: [], targets: [{ weight: 1, to: { kind: 'backend', backend: key }, filters: [] }] }, origin };
}

function listener(name: string, routes: readonly string[]): Listener {
  return { socket: name, protocol: 'http', port: 80, hostname: '', hosts: [{ hostname: '', routes }], origin: { ...origin, kind: 'Gateway', section: name } };
}

const first: Ir = {
  sockets: { one: { address: '127.0.0.1', port: 80 }, two: { address: '127.0.0.2', port: 80 } },
  listeners: { one: listener('one', ['x', 'y']), two: listener('two', ['y']) },
  routes: { x: routeTo('/x'), y: routeTo('/y') }, backends: { a: backend, b: backend }, endpoints: { a: [endpoint], b: [endpoint] }, certificates: {},
};

const kinds: readonly EnvoyResourceKind[] = ['listeners', 'routes', 'clusters', 'endpoints', 'secrets'];

/** Names of the resources that are others than before. */
function changed(before: EnvoyResources, after: EnvoyResources): string[] {
  return kinds.flatMap((kind) => [...new Set([...before[kind].keys(), ...after[kind].keys()])].filter((name) => before[kind].get(name) !== after[kind].get(name)).map((name) => `${kind} ${name}`));
}

test('equal configurations give equal bytes', () => {
  const [one, other] = [translate(first), translate(structuredClone(first))];
  for (const kind of kinds) assert.deepEqual([...one[kind]].map(([name, it]) => [name, it.version]), [...other[kind]].map(([name, it]) => [name, it.version]));
});

test('an edit of a route changes the tables that it is in, and no listener', () => {
  const before = translate(first);
  const after = translate({ ...first, routes: { ...first.routes, x: routeTo('/x', 'b') } }, {}, before);
  assert.deepEqual(changed(before, after), ['routes one']);
  assert.ok(after.listeners === before.listeners && after.clusters === before.clusters && after.endpoints === before.endpoints);
  const more = translate({ ...first, routes: { ...first.routes, y: routeTo('/z') } }, {}, before);
  assert.deepEqual(changed(before, more), ['routes one', 'routes two']);
});

test('a pod that comes or goes changes its endpoints alone', () => {
  const before = translate(first);
  const after = translate({ ...first, endpoints: { ...first.endpoints, a: [endpoint, { ...endpoint, address: '10.0.0.2' }] } }, {}, before);
  assert.deepEqual(changed(before, after), ['endpoints a']);
  assert.deepEqual(changed(before, translate(first, {}, after)), []);
  assert.deepEqual(changed(after, translate({ ...first, endpoints: { ...first.endpoints, a: [{ ...endpoint, ready: false }] } }, {}, after)), ['endpoints a']);
});

test('what a backend is decides what its routes say, also where the route is the same', () => {
  const before = translate(first);
  const after = translate({ ...first, backends: { ...first.backends, a: { ...backend, balancing: { kind: 'hash', on: { kind: 'source' } } } } }, {}, before);
  assert.deepEqual(changed(before, after), ['routes one', 'routes two', 'clusters a']);
});

test('a resource tells the objects that it is made of', () => {
  const { routes, clusters } = translate(first);
  assert.deepEqual(routes.get('two')?.origins.map(({ kind, name, section }) => [kind, name, section]), [['Gateway', 'r', 'two'], ['HTTPRoute', 'r', undefined]]);
  assert.deepEqual(clusters.get('a')?.origins, [backend.origin]);
});

test('routes of layer 4 are edited without their listener', () => {
  const streams = (weight: number): Ir => ({
    ...first, listeners: {}, routes: {}, sockets: { tcp: { address: '127.0.0.1', port: 5432 } },
    streamListeners: { s: { socket: 'tcp', protocol: 'tcp', port: 5432, hostname: '', hosts: [{ hostname: '', route: 't' }], origin } },
    streamRoutes: { t: { action: { kind: 'relay', targets: [{ weight, to: { kind: 'backend', backend: 'a' } }, { weight: 1, to: { kind: 'backend', backend: 'b' } }] }, origin } },
  });
  const before = translate(streams(1));
  assert.deepEqual(changed(before, translate(streams(3), {}, before)), ['endpoints s/stream']);
  assert.deepEqual(changed(before, translate({ ...streams(1), streamListeners: { s: { ...streams(1).streamListeners!['s']!, hosts: [] } } }, {}, before)), ['clusters s/stream', 'endpoints s/stream']);
});
