/** Translations that are told what changed give what translations of the whole give. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redacted } from '../../base/index.ts';
import type { Backend, Endpoint, HostRoutes, Ir, Listener, Route } from '../../ir/index.ts';
import type { EnvoyResources } from './envoy-resources.ts';
import { translate } from './translate.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'r' };
const [routeKeys, backendKeys, hostnames] = [['r0', 'r1', 'r2', 'r3'], ['a', 'b', 'c'], ['', '*.test', 'one.test', 'x.one.test']] as const;

const backend: fc.Arbitrary<Backend | undefined> = fc.constantFrom<(Backend | undefined)[]>(
  { protocol: 'http1', origin }, { protocol: 'h2c', origin }, { protocol: 'tcp', origin }, undefined,
  { protocol: 'http1', origin, tls: 'refused' }, { protocol: 'http1', origin, balancing: { kind: 'hash', on: { kind: 'source' } } },
  { protocol: 'http1', origin, tls: { serverName: 'a.test', authorities: ['CA'], names: [] } },
);
const endpoints: fc.Arbitrary<readonly Endpoint[] | undefined> = fc.constantFrom(
  undefined, [], [{ address: '10.0.0.1', port: 80, ready: true }], [{ address: '10.0.0.1', port: 80, ready: false, draining: true }], [{ address: 'name.test', port: 80, ready: true }],
);
const target = fc.constantFrom(...backendKeys).map((key) => ({ weight: 1, to: { kind: 'backend' as const, backend: key }, filters: [] }));
const route: fc.Arbitrary<Route | undefined> = fc.oneof(
  fc.tuple(fc.array(target, { minLength: 1, maxLength: 2 }), fc.constantFrom('', '/x')).map(([targets, value]): Route => ({ match: { path: { kind: 'prefix', value } }, action: { kind: 'forward', filters: [], targets }, origin })),
  fc.constantFrom(...backendKeys).map((key): Route => ({ match: { path: { kind: 'prefix', value: '' } }, action: { kind: 'redirect', status: 302, filters: [{ kind: 'mirror', backend: key, share: 1 }] }, origin })),
  fc.constant<Route>({ match: { path: { kind: 'exact', value: '/e' } }, action: { kind: 'respond', status: 500, because: 'x' }, origin }), fc.constant(undefined),
);
const hosts: fc.Arbitrary<HostRoutes[]> = fc.uniqueArray(fc.record({ hostname: fc.constantFrom(...hostnames), routes: fc.uniqueArray(fc.constantFrom(...routeKeys), { maxLength: 3 }) }), { maxLength: 4, selector: ({ hostname }) => hostname });

type Edit = readonly [table: 'routes' | 'backends' | 'endpoints', key: string, value: unknown] | readonly [table: 'listeners', key: 'plain' | 'named' | 'any', value: HostRoutes[]];
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constant('routes' as const), fc.constantFrom(...routeKeys), route), fc.tuple(fc.constant('backends' as const), fc.constantFrom(...backendKeys), backend),
  fc.tuple(fc.constant('endpoints' as const), fc.constantFrom(...backendKeys), endpoints), fc.tuple(fc.constant('listeners' as const), fc.constantFrom('plain' as const, 'named' as const, 'any' as const), hosts),
);

type Tables = { [table in 'routes' | 'backends' | 'endpoints' | 'listeners']: Record<string, unknown> };

/** One plain socket, one with two HTTPS listeners that show backends a certificate, one of layer 4. */
function begin(isGated: boolean): Ir {
  const secure: Omit<Listener, 'hostname'> = { socket: 'secure', protocol: 'https', port: 443, certificates: ['pair'], upstreamCertificate: 'pair', hosts: [], origin };
  const gate = { kind: 'auth', protocol: 'http', backend: 'a', host: 'a', pathPrefix: '', requestHeaders: [], responseHeaders: ['x'], bodyBytes: 0 } as const;
  return {
    sockets: { plain: { address: '127.0.0.1', port: 80 }, secure: { address: '127.0.0.1', port: 443 }, tcp: { address: '127.0.0.1', port: 5432 } },
    listeners: { plain: { socket: 'plain', protocol: 'http', port: 80, hostname: '', hosts: [], origin, ...(isGated ? { filters: [gate] } : {}) }, named: { ...secure, hostname: 'one.test' }, any: { ...secure, hostname: '' } },
    routes: {}, backends: {}, endpoints: {}, certificates: { pair: { chain: 'CHAIN', key: new Redacted('KEY'), names: [], origin } },
    streamListeners: { s: { socket: 'tcp', protocol: 'tcp', port: 5432, hostname: '', hosts: [{ hostname: '', route: 't' }], origin } },
    streamRoutes: { t: { action: { kind: 'relay', targets: [{ weight: 1, to: { kind: 'backend', backend: 'b' } }] }, origin } },
  };
}

function versions(resources: EnvoyResources): object {
  return Object.fromEntries(Object.entries(resources).map(([kind, table]: [string, EnvoyResources['routes']]) => [kind, Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { version, origins }]) => [name, version, new Set(origins.map((it) => JSON.stringify(it))).size]))]));
}

/** Nodes that nothing is remembered of. */
function stranger(ir: Ir): Ir {
  return { ...structuredClone({ ...ir, certificates: {} }), certificates: { pair: { ...ir.certificates['pair']! } } };
}

test('what changed gives what the whole gives', () => {
  fc.assert(fc.property(fc.boolean(), fc.boolean(), fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (isGated, isLogged, steps) => {
    const terms = isLogged ? { accessLog: 'json' as const } : {};
    const ir = begin(isGated);
    const tables = ir as unknown as Tables;
    let now = translate(ir, terms);
    for (const edits of steps) {
      const change = { routes: new Set<string>(), listeners: new Set<string>(), backends: new Set<string>(), endpoints: new Set<string>() };
      for (const [name, key, value] of edits) {
        change[name].add(key);
        if (name === 'listeners') tables.listeners[key] = { ...tables.listeners[key] as Listener, hosts: value };
        else if (value === undefined) delete tables[name][key];
        else tables[name][key] = value;
      }
      now = translate(ir, terms, now, change);
      assert.deepEqual(versions(now), versions(translate(stranger(ir), terms)));
    }
  }), { numRuns: 100 });
});
