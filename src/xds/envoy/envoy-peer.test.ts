import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeltaRequest, DeltaResponse, VersionedResource } from '../delta/messages.ts';
import { envoyTypeUrls, type EnvoyResourceKind, type EnvoyResources, type EnvoyTable } from '../translate/envoy-resources.ts';
import { EnvoyGroup } from './envoy-group.ts';
import { kindOf, kinds } from './envoy-set.ts';

/** What is wanted: clusters with a version each, and those that the one table of routes leads to. */
interface World {
  readonly clusters: Readonly<Record<string, string>>;
  readonly endpoints: string;
  readonly routed: readonly string[];
}

function tableOf(entries: readonly (readonly [name: string, text: string])[]): EnvoyTable {
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [name, { name, version: `v-${text}`, body: Buffer.from(text), origins: [] }]));
}

function resourcesOf({ clusters, endpoints, routed }: World): EnvoyResources {
  return {
    clusters: tableOf(Object.entries(clusters)), endpoints: tableOf(Object.keys(clusters).map((it) => [it, `${it} at ${endpoints}`])),
    listeners: tableOf([['listener', 'routes']]), routes: tableOf([['routes', routed.filter((it) => it in clusters).join()]]), secrets: new Map(),
  };
}

/** As much of Envoy as matters for order: it asks for the endpoints of its clusters and the routes of its listeners, and takes nothing that is bad. */
class Model {
  readonly #has = new Map<EnvoyResourceKind, Map<string, string>>(kinds.map((it) => [it, new Map()]));
  readonly #asked: Partial<Record<EnvoyResourceKind, Set<string>>> = {};
  /** Clusters that wait for endpoints since they were made. */
  readonly #warming = new Set<string>();
  readonly #inbox: DeltaResponse[] = [];
  readonly #say: (request: DeltaRequest) => void;
  #isBad: (resource: VersionedResource) => boolean = () => false;

  constructor(group: EnvoyGroup) {
    const { take } = group.join('one', (response) => void this.#inbox.push(response));
    this.#say = take;
    this.#ask('clusters', []);
    this.#ask('listeners', []);
  }

  refuse(isBad: (resource: VersionedResource) => boolean): void {
    this.#isBad = isBad;
  }

  table(kind: EnvoyResourceKind): ReadonlyMap<string, string> {
    return this.#has.get(kind)!;
  }

  /** Answers the oldest response; false where there is none. */
  step(): boolean {
    const response = this.#inbox.shift();
    if (response === undefined) return false;
    const kind = kindOf(response.typeUrl)!;
    const bad = response.resources.filter((it) => this.#isBad(it));
    for (const it of response.resources) if (!bad.includes(it)) this.#take(kind, it);
    for (const name of response.removed) {
      this.#has.get(kind)!.delete(name);
      if (kind === 'clusters') this.#warming.delete(name);
    }
    this.#check();
    this.#say(request(kind, { nonce: response.nonce, error: bad.length === 0 ? undefined : 'something in it is bad' }));
    if (kind === 'clusters') this.#ask('endpoints', [...this.table('clusters').keys()]);
    if (kind === 'listeners') this.#ask('routes', [...this.table('listeners').values()]);
    return true;
  }

  #take(kind: EnvoyResourceKind, { name, bytes }: VersionedResource): void {
    this.#has.get(kind)!.set(name, bytes.toString());
    if (kind === 'clusters') this.#warming.add(name);
    if (kind === 'endpoints') this.#warming.delete(name);
  }

  /** No request may meet a route to a cluster that is not there, or that has not heard of endpoints. */
  #check(): void {
    for (const cluster of (this.table('routes').get('routes') ?? '').split(',').filter((it) => it !== '')) {
      assert.ok(this.table('clusters').has(cluster), `cluster ${cluster} is not there`);
      assert.ok(this.table('endpoints').has(cluster), `cluster ${cluster} has no endpoints`);
    }
  }

  #ask(kind: EnvoyResourceKind, names: readonly string[]): void {
    const asked = this.#asked[kind] ?? new Set();
    const subscribe = names.filter((it) => !asked.has(it));
    if (this.#asked[kind] !== undefined && subscribe.length === 0) return;
    if (names.length === 0 && kind !== 'clusters' && kind !== 'listeners') return;
    this.#asked[kind] = new Set([...asked, ...subscribe]);
    this.#say(request(kind, { subscribe }));
  }

  get isWarm(): boolean {
    return this.#warming.size === 0;
  }
}

function request(kind: EnvoyResourceKind, parts: Partial<DeltaRequest>): DeltaRequest {
  return { nodeId: '', typeUrl: envoyTypeUrls[kind], subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: '', error: undefined, ...parts };
}

const names = ['a', 'b', 'c', 'd'];
const world: fc.Arbitrary<World> = fc.record({
  clusters: fc.dictionary(fc.constantFrom(...names), fc.constantFrom('1', '2')), endpoints: fc.constantFrom('x', 'y', 'z'), routed: fc.subarray(names),
});
/** A new state, or so many answers of Envoy. */
const step = fc.oneof(world, fc.nat({ max: 4 }));

test('whatever changes when, no route is ever without its cluster and endpoints, and Envoy ends with the newest state', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 25 }), world, (steps, last) => {
    const group = new EnvoyGroup(() => undefined);
    const envoy = new Model(group);
    for (const it of [...steps, last]) {
      if (typeof it === 'number') for (let answers = 0; answers < it; answers++) envoy.step();
      else group.publish(resourcesOf(it));
    }
    while (envoy.step());
    const wanted = resourcesOf(last);
    for (const kind of kinds) {
      const found = [...envoy.table(kind)].filter(([name]) => kind !== 'endpoints' || wanted.endpoints.has(name)).sort();
      assert.deepEqual(found, [...wanted[kind]].map(([name, { body }]) => [name, Buffer.from(body).toString()]), kind);
    }
    assert.ok(envoy.isWarm, 'a cluster that changed hears of its endpoints again');
    assert.deepEqual(group.states.map((it) => it.isInSync), [true]);
    assert.deepEqual(group.problems, []);
  }), { numRuns: 300 });
});

test('a cluster that Envoy refuses stays as it was, and everything else goes on; it is sent again when it changes', () => {
  fc.assert(fc.property(fc.array(world, { minLength: 1, maxLength: 6 }), fc.constantFrom(...names), (worlds, bad) => {
    const group = new EnvoyGroup(() => undefined);
    const envoy = new Model(group);
    envoy.refuse((it) => it.name === bad && it.bytes.toString() === '2');
    for (const it of worlds) {
      group.publish(resourcesOf({ ...it, routed: it.routed.filter((name) => name !== bad) }));
      while (envoy.step());
      const isRefused = it.clusters[bad] === '2';
      assert.deepEqual(group.problems.map(({ kind, name }) => `${kind} ${name}`), isRefused ? [`clusters ${bad}`] : []);
      for (const [name, version] of Object.entries(it.clusters)) if (name !== bad) assert.equal(envoy.table('clusters').get(name), version);
      if (!isRefused) assert.equal(envoy.table('clusters').get(bad), it.clusters[bad]);
    }
  }));
});
