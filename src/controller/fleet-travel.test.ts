/** Whatever was edited in whatever order: what a data plane has is the part of its Gateway, and it was told of every change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttachSettings, Graph } from '../attach/index.ts';
import { Redacted } from '../base/index.ts';
import type { ApplyReport, Placement, SourceObject } from '../contract/index.ts';
import { gatewayIr } from '../fleet/testing/gateway-ir.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import type { ResourceSet } from '../xds/index.ts';
import { Controller } from './controller.ts';
import { FleetPlane } from './fleet-plane.ts';
import { NativeLane } from './native-lane.ts';
import { FollowedIr, type IrTaker } from './followed-ir.ts';
import { edit, type Edit } from './testing/random-objects.ts';

const settings: AttachSettings = {
  controllerName: 'test.dev/controller', capabilities: nativeCapabilities, adoptForeignClasses: false,
  checkAuthorities: (bundle) => (bundle.startsWith('CA ') ? undefined : 'no PEM certificate in it.'),
  checkKeyPair: (chain) => (chain.startsWith('CERT ') ? { names: chain.split(' ').slice(1) } : { error: 'tls.crt is not a PEM certificate.' }),
};

function accepted(graph: Graph): string[] {
  return [...graph.gateways.values()].filter((it) => it.accepted.ok).map((it) => it.gateway.key);
}

function placed(graph: Graph): Placement {
  return new Map(accepted(graph).map((key) => [key, { addresses: [{ type: 'IPAddress', value: '127.0.0.1' }], bind: ['0.0.0.0'], ports: new Map() }]));
}

/** Has a copy of its own, and believes what it is told of changes. */
class Believer implements IrTaker {
  copy: Record<string, Record<string, unknown>> = {};

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    if (change === undefined) this.copy = Object.fromEntries(Object.entries(ir).map(([name, table]) => [name, { ...table }]));
    else for (const [table, keys] of Object.entries(change) as [keyof IrChange, ReadonlySet<string>][]) for (const key of keys) this.#set(table, key, ir[table][key]);
    return Promise.resolve({ listeners: {} });
  }

  updateEndpoints(endpoints: Readonly<Record<string, readonly object[]>>): void {
    for (const [key, value] of Object.entries(endpoints)) this.#set('endpoints', key, value.length === 0 ? undefined : value);
  }

  #set(table: string, key: string, value: unknown): void {
    if (value === undefined) delete this.copy[table]?.[key];
    else (this.copy[table] ??= {})[key] = value;
  }
}

/** A data plane that is told only what is said to be other. */
class Follower {
  readonly believer = new Believer();
  readonly #followed = new FollowedIr(this.believer);

  async take({ resources }: ResourceSet, names: Iterable<string>): Promise<void> {
    const changed = [...names].map((name) => resources.get(name) ?? name);
    await this.#followed.take({
      typeUrl: '', nonce: '', resources: changed.filter((it) => typeof it !== 'string').map((it) => ({ ...it })), removed: changed.filter((it) => typeof it === 'string'),
    });
  }

  get ir(): unknown {
    return plain(this.#followed.ir);
  }

  /** Chunks of hosts that are kept, and those that listeners name. */
  get hosts(): readonly [kept: string[], named: string[]] {
    const saved = JSON.parse(this.#followed.save(this.#followed.names())) as [name: string, entry: { text: string }][];
    const heads = saved.filter(([name]) => name.startsWith('listeners/')).map(([, { text }]) => JSON.parse(text) as { readonly hosts: readonly string[] });
    return [saved.flatMap(([name]) => (name.startsWith('hosts/') ? [name.slice(6)] : [])).sort(), heads.flatMap((it) => it.hosts).sort()];
  }
}

class Cluster {
  readonly followers = new Map<string, Follower>();
  #told: Promise<void> = Promise.resolve();
  readonly #plane = new FleetPlane(new NativeLane({
    publish: (gateway, set, changed) => {
      const known = this.followers.get(gateway);
      const follower = known ?? new Follower();
      this.followers.set(gateway, follower);
      // What changes later is in the set too by then, so each is read at once, as it is for data planes.
      this.#told = this.#told.then(() => follower.take(set, known === undefined ? set.resources.keys() : changed));
    },
    forget: (gateway) => void this.followers.delete(gateway), now: () => 0,
  }), { isServedElsewhere: () => false, onNews: () => undefined });
  graph: Graph | undefined;
  ir: Ir | undefined;
  change: IrChange | undefined;
  readonly #controller = new Controller({
    settings, addresses: { place: (graph) => Promise.resolve({ placement: placed(graph), findings: [] }) },
    apply: async (ir, graph, change) => {
      [this.graph, this.ir, this.change] = [graph, ir, change];
      const report = this.#plane.apply(ir, accepted(graph), (key) => graph.gateways.has(key), change);
      await this.#told;
      return report;
    },
    onApplied: () => undefined,
    onBug: (error) => { throw error; },
  });

  async update(objects: Iterable<SourceObject>): Promise<void> {
    await this.#controller.update({ objects: [...objects], findings: [] });
  }
}

/** As JSON, secrets too, without tables that are empty. */
function plain(ir: unknown): Record<string, object> {
  const tables = JSON.parse(JSON.stringify(ir, function reveal(this: Readonly<Record<string, unknown>>, key: string, inner: unknown): unknown {
    const own = this[key];
    return own instanceof Redacted ? `secret ${String(own.reveal())}` : inner;
  })) as Record<string, object>;
  return Object.fromEntries(Object.entries(tables).filter(([, table]) => Object.keys(table).length > 0));
}

const V1 = 'gateway.networking.k8s.io/v1';

function made(apiVersion: string, kind: string, { namespace, name, ...rest }: { readonly namespace?: string; readonly name: string; readonly [field: string]: unknown }): Edit { // oxlint-disable-line max-params -- as in a manifest.
  const { labels, ...content } = rest;
  return { id: `${kind} ${namespace ?? ''}/${name}`, object: { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }) }, ...content } };
}

const spaces = ['a', 'b'] as const;
const endpointsOf = (namespace: string, service: number, hosts: readonly number[]): Edit => made('discovery.k8s.io/v1', 'EndpointSlice', {
  namespace, name: `svc${service}-0`, labels: { 'kubernetes.io/service-name': `svc${service}` }, addressType: 'IPv4', ports: [{ name: 'p80', port: 8080 }],
  endpoints: hosts.map((it) => ({ addresses: [`10.0.0.${it}`], conditions: { ready: true } })),
});

/** Two Gateways that take routes from everywhere, and Services that all may be sent to. */
const base: readonly Edit[] = [
  made(V1, 'GatewayClass', { name: 'ours', spec: { controllerName: 'test.dev/controller' } }),
  ...spaces.flatMap((namespace) => [
    made(V1, 'Gateway', { namespace, name: 'g0', spec: { gatewayClassName: 'ours', listeners: [undefined, '*.example.com'].map((hostname, at) => ({ name: `l${at}`, port: 8000 + at, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } }, ...(hostname === undefined ? {} : { hostname }) })) } }),
    made(V1, 'ReferenceGrant', { namespace, name: 'all', spec: { from: spaces.map((it) => ({ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: it })), to: [{ group: '', kind: 'Service' }] } }),
    ...[0, 1, 2].flatMap((n) => [made('v1', 'Service', { namespace, name: `svc${n}`, spec: { ports: [{ name: 'p80', port: 80 }] } }), endpointsOf(namespace, n, [n])]),
    made('v1', 'ConfigMap', { namespace, name: 'ca', data: { 'ca.crt': 'CA one' } }),
  ]),
];

const space = fc.constantFrom(...spaces);
const ref = fc.record({ name: fc.constantFrom('svc0', 'svc1', 'svc2'), namespace: space, port: fc.constant(80) });
const route = fc.tuple(space, fc.integer({ min: 0, max: 3 }), fc.uniqueArray(space, { minLength: 1, maxLength: 2 }), fc.uniqueArray(fc.constantFrom('a.example.com', 'b.example.com', '*.example.com'), { maxLength: 2 }), fc.array(ref, { maxLength: 2 }), fc.option(ref))
  .map(([namespace, n, gateways, hostnames, backendRefs, mirror]) => made(V1, 'HTTPRoute', {
    namespace, name: `r${n}`, spec: {
      parentRefs: gateways.map((it) => ({ name: 'g0', namespace: it })), hostnames,
      rules: [{ backendRefs, filters: mirror === null ? [] : [{ type: 'RequestMirror', requestMirror: { backendRef: mirror } }] }],
    },
  }));
const endpoints = fc.tuple(space, fc.integer({ min: 0, max: 2 }), fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 3 })).map(([namespace, n, hosts]) => endpointsOf(namespace, n, hosts));
const policy = fc.tuple(space, fc.constantFrom('svc0', 'svc1')).map(([namespace, name]) => made(V1, 'BackendTLSPolicy', {
  namespace, name: `of-${name}`, spec: { targetRefs: [{ group: '', kind: 'Service', name }], validation: { hostname: 'svc.test', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] } },
}));
const likely = fc.tuple(fc.oneof({ arbitrary: route, weight: 5 }, { arbitrary: endpoints, weight: 3 }, policy), fc.constantFrom(true, true, true, false)).map(([it, stays]): Edit => (stays ? it : { id: it.id, object: undefined }));
const step = fc.array(fc.oneof({ arbitrary: likely, weight: 6 }, { arbitrary: edit, weight: 1 }), { minLength: 1, maxLength: 4, size: 'max' });

test('after any edits each data plane has the part of its Gateway, and was told of every change', async () => {
  const changed = { routes: 0, listeners: 0, backends: 0, endpoints: 0 };
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), async (steps) => {
    const objects = new Map<string, SourceObject>();
    let order = 0;
    const put = ({ id, object }: Edit): void => {
      if (object === undefined) objects.delete(id);
      else objects.set(id, { value: object, generation: 1, order: order++, locate: () => undefined, excerpt: () => undefined });
    };
    const cluster = new Cluster();
    for (const one of base) put(one);
    await cluster.update(objects.values());
    for (const edits of [[], ...steps]) {
      for (const one of edits) put(one);
      await cluster.update(objects.values());
      for (const [table, keys] of Object.entries(cluster.change ?? {}) as [keyof IrChange, ReadonlySet<string>][]) changed[table] += keys.size;
      for (const key of accepted(cluster.graph!)) {
        const [namespace = '', name = ''] = key.split('/');
        const [expected, follower] = [plain(gatewayIr(cluster.ir!, namespace, name)), cluster.followers.get(key)!];
        assert.deepEqual(follower.ir, expected, `what ${key} has`);
        assert.deepEqual(plain(follower.believer.copy), expected, `what ${key} was told`);
        assert.deepEqual(...follower.hosts, 'nothing is kept that nobody names');
      }
    }
  }), { numRuns: Number(process.env['RUNS'] ?? 10) });
  for (const [table, count] of Object.entries(changed)) assert.ok(count > 20, `${count} changes of ${table}: nothing was tried`);
});
