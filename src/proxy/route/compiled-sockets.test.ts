/** Tables that were changed answer as tables that were made anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HostRoutes, Ir, IrChange, Listener, Route } from '../../ir/index.ts';
import { Meters } from '../observe/meters.ts';
import { CompiledSockets } from './compiled-sockets.ts';
import type { SocketTable } from './socket-table.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'test' };
const hostnames = ['', '*.example.com', 'a.example.com', 'b.example.com', 'c.example.org'] as const;
const paths = ['', '/a', '/a/b'] as const;
const asked = ['a.example.com', 'b.example.com', 'x.example.com', 'c.example.org', 'other.test', 'A.example.com:80'];
const surroundings = { defaultRequestMs: 0, meters: new Meters(false), tracerOf: () => undefined };
const noPool = (): never => { throw new Error('no backends here'); };

type Hosts = readonly HostRoutes[];

const keys = ['r0', 'r1', 'r2', 'r3'];
const hosts: fc.Arbitrary<Hosts> = fc.array(fc.record({ hostname: fc.constantFrom(...hostnames), routes: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3 }) }), { maxLength: 5 });
const route: fc.Arbitrary<Route> = fc.tuple(fc.constantFrom(...paths), fc.boolean(), fc.nat(1000)).map(([value, exact, mark]) => ({
  match: { path: exact && value !== '' ? { kind: 'exact', value } : { kind: 'prefix', value } }, action: { kind: 'respond', status: 200, because: `answer ${mark}` }, origin,
}));

type Edit =
  | { readonly kind: 'route'; readonly key: string; readonly route: Route | undefined }
  | { readonly kind: 'hosts'; readonly listener: string; readonly hosts: Hosts };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('route' as const), key: fc.constantFrom(...keys), route: fc.option(route, { nil: undefined }) }),
  fc.record({ kind: fc.constant('hosts' as const), listener: fc.constantFrom('all', 'wild'), hosts }),
);

function irOf(routes: Readonly<Record<string, Route>>, all: Hosts, wild: Hosts): Ir {
  const listener = (hostname: string, own: Hosts): Listener => ({ socket: 's', protocol: 'http', port: 80, hostname, hosts: own, origin: { ...origin, section: hostname } });
  return { sockets: { s: { address: '127.0.0.1', port: 0 } }, listeners: { all: listener('', all), wild: listener('*.example.com', wild) }, routes, backends: {}, endpoints: {}, certificates: {} };
}

/** What each of the hosts and paths leads to. */
function answers(tables: ReadonlyMap<string, SocketTable>): string[] {
  const table = tables.get('s')!;
  return asked.flatMap((host) => ['/', '/a', '/a/b', '/z'].map((path) => {
    const resolution = table.resolve(host);
    const rule = resolution?.hosts.map((it) => it.find({ method: 'GET', path, query: '', host, header: () => undefined })).find((it) => it !== undefined);
    return `${host}${path} ${resolution?.listener.key} ${rule?.action.kind === 'respond' ? rule.action.because : 'nothing'}`;
  }));
}

/** Hosts that mean the same keep their identity, as those of a controller do. */
function shuffled(before: Hosts, after: Hosts): Hosts {
  return after.map((it) => before.find((old) => JSON.stringify(old) === JSON.stringify(it)) ?? it);
}

function edited(ir: Ir, one: Edit): { readonly ir: Ir; readonly change: IrChange } {
  const none = { routes: new Set<string>(), listeners: new Set<string>(), backends: new Set<string>(), endpoints: new Set<string>() };
  if (one.kind === 'route') {
    const { [one.key]: _, ...routes } = ir.routes;
    return { ir: { ...ir, routes: one.route === undefined ? routes : { ...routes, [one.key]: one.route } }, change: { ...none, routes: new Set([one.key]) } };
  }
  const before = ir.listeners[one.listener]!;
  return { ir: { ...ir, listeners: { ...ir.listeners, [one.listener]: { ...before, hosts: shuffled(before.hosts, one.hosts) } } }, change: { ...none, listeners: new Set([one.listener]) } };
}

test('after any changes the tables answer as those made anew', () => {
  fc.assert(fc.property(fc.array(route, { minLength: 4, maxLength: 4 }), hosts, hosts, fc.array(edit, { minLength: 1, maxLength: 10 }), (routes, all, wild, edits) => {
    let ir = irOf(Object.fromEntries(routes.map((it, index) => [keys[index]!, it])), all, wild);
    const sockets = new CompiledSockets(ir, noPool, surroundings);
    for (const one of edits) {
      const next = edited(ir, one);
      ir = next.ir;
      answers(sockets.tables);
      sockets.change(ir, next.change, noPool);
      assert.deepEqual(answers(sockets.tables), answers(new CompiledSockets(ir, noPool, surroundings).tables));
    }
  }), { numRuns: 300 });
});

test('a change of one host leaves what others lead to as it is', () => {
  const answer = (because: string): Route => ({ match: { path: { kind: 'prefix', value: '' } }, action: { kind: 'respond', status: 200, because }, origin });
  const [first, second] = [{ hostname: 'a.example.com', routes: ['r0'] }, { hostname: 'b.example.com', routes: ['r1'] }];
  const ir = irOf({ r0: answer('one'), r1: answer('two') }, [first, second], []);
  const sockets = new CompiledSockets({ ...ir, listeners: { all: ir.listeners['all']! } }, noPool, surroundings);
  const table = sockets.tables.get('s')!;
  const [a, b] = [table.resolve('a.example.com'), table.resolve('b.example.com')];
  sockets.change({ ...ir, routes: { ...ir.routes, r0: answer('three') } }, { routes: new Set(['r0']), listeners: new Set() }, noPool);
  assert.equal(table.resolve('b.example.com'), b);
  assert.notEqual(table.resolve('a.example.com'), a);
});
