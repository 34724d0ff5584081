import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplyReport } from '../contract/index.ts';
import type { Ir } from '../ir/index.ts';
import type { ResourceSet, Settled } from '../xds/index.ts';
import { overdueMs } from './data-planes.ts';
import { FleetPlane } from './fleet-plane.ts';
import { NativeLane } from './native-lane.ts';

/** An IR with one HTTP listener for each `namespace/gateway/listener`, on a socket and with a certificate of its own. */
function irOf(...names: readonly string[]): Ir {
  const ofName = names.map((name) => {
    const [namespace = '', gateway = '', section = ''] = name.split('/');
    return { key: `gateway/${name}`, origin: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace, name: gateway, section } };
  });
  const table = (make: (it: (typeof ofName)[number]) => object): object => Object.fromEntries(ofName.map((it) => [it.key, make(it)]));
  return {
    sockets: table(() => ({ address: '0.0.0.0', port: 80 })), listeners: table(({ key, origin }) => ({ socket: key, hosts: [], certificates: [key], origin })),
    routes: {}, backends: {}, endpoints: {}, certificates: table(() => ({ chain: 'CERT', key: 'KEY' })),
  } as unknown as Ir;
}

interface World {
  readonly plane: FleetPlane;
  /** Everything that was handed out, newest last. */
  readonly sets: Map<string, ResourceSet[]>;
  /** What was said to be other, of each. */
  readonly changes: string[];
  readonly forgotten: string[];
  news: number;
  now: number;
  isElsewhere: boolean;
  /** What is told to other replicas, by Gateway. */
  readonly local: Map<string, string | undefined>;
  apply(ir: Ir, ...gateways: readonly string[]): ApplyReport;
  connected(gateway: string, instances: readonly string[]): void;
  settled(gateway: string, instance: string, settled: Settled): void;
  /** The data plane answers to the newest set. */
  answer(gateway: string, instance: string, error?: string): void;
}

function world(): World {
  const sets = new Map<string, ResourceSet[]>();
  const lane = new NativeLane({
    publish(gateway, set, changed) {
      sets.set(gateway, [...sets.get(gateway) ?? [], set]);
      it.changes.push(`${gateway}: ${[...changed].sort().join(' ')}`);
    },
    forget: (gateway) => void it.forgotten.push(gateway), now: () => it.now,
  });
  const plane = new FleetPlane(lane, { isServedElsewhere: () => it.isElsewhere, onNews: () => void it.news++, onLocal: (gateway, text) => void it.local.set(gateway, text) });
  const it: World = {
    sets, changes: [], forgotten: [], news: 0, now: 0, isElsewhere: false, local: new Map(), plane,
    apply: (ir, ...gateways) => it.plane.apply(ir, gateways, (gateway) => gateways.includes(gateway)),
    connected(gateway, instances) {
      lane.connected(gateway, instances);
      plane.notice(gateway);
    },
    settled(gateway, instance, settled) {
      lane.settled(gateway, instance, settled);
      plane.notice(gateway);
    },
    answer: (gateway, instance, error) => it.settled(gateway, instance, { set: sets.get(gateway)!.at(-1)!, error }),
  };
  return it;
}

const failed = { state: 'failed', reason: 'PortUnavailable', message: 'port 80 is taken' } as const;

test('each Gateway gets its own part, and only when it changed', () => {
  const { sets, changes, apply } = world();
  apply(irOf('a/web/http', 'b/web/http'), 'a/web', 'b/web');
  assert.deepEqual([...sets.get('a/web')![0]!.resources.keys()].sort(), ['certificates/gateway/a/web/http', 'listeners/gateway/a/web/http', 'sockets/gateway/a/web/http']);
  const kept = sets.get('b/web')![0]!.resources.get('listeners/gateway/b/web/http');
  changes.length = 0;
  apply(irOf('a/web/http', 'b/web/http', 'b/web/more'), 'a/web', 'b/web');
  assert.deepEqual(changes, ['b/web: certificates/gateway/b/web/more listeners/gateway/b/web/more sockets/gateway/b/web/more']);
  assert.equal(sets.get('b/web')!.at(-1)!.resources.get('listeners/gateway/b/web/http'), kept, 'an entry that did not change keeps its identity');
});

test('a Gateway that got nothing for a while gets all that it missed', () => {
  const { plane, changes, apply } = world();
  apply(irOf('a/web/http'), 'a/web');
  plane.apply(irOf(), [], () => true);
  apply(irOf('a/web/http'), 'a/web');
  assert.equal(changes.length, 1);
  plane.apply(irOf(), [], () => true);
  apply(irOf('a/web/more'), 'a/web');
  assert.deepEqual(changes.slice(1), ['a/web: certificates/gateway/a/web/http certificates/gateway/a/web/more listeners/gateway/a/web/http listeners/gateway/a/web/more sockets/gateway/a/web/http sockets/gateway/a/web/more']);
});

test('a listener is served once one data plane took it; until then it is said what is waited for', () => {
  const it = world();
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web'), { listeners: {}, gateways: { 'a/web': { waiting: 'no data plane has asked for it yet' } } });
  it.connected('a/web', ['one', 'two']);
  assert.equal(it.news, 1);
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web').gateways, { 'a/web': { waiting: 'data plane one has not answered; data plane two has not answered' } });
  it.answer('a/web', 'one');
  assert.equal(it.news, 2);
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web'), { listeners: { 'gateway/a/web/http': { state: 'serving' } }, gateways: { 'a/web': {} } });
  it.answer('a/web', 'two');
  assert.equal(it.news, 2, 'nobody waits for the second one');
});

test('an edit that is on its way is no news, a listener that is new waits for its answer', () => {
  const it = world();
  it.apply(irOf('a/web/http'), 'a/web');
  it.connected('a/web', ['one']);
  it.answer('a/web', 'one');
  assert.deepEqual(it.apply(irOf('a/web/http', 'a/web/more'), 'a/web'), { listeners: { 'gateway/a/web/http': { state: 'serving' } }, gateways: { 'a/web': {} } });
  it.answer('a/web', 'one');
  assert.deepEqual(Object.keys(it.apply(irOf('a/web/http', 'a/web/more'), 'a/web').listeners), ['gateway/a/web/http', 'gateway/a/web/more']);
});

test('a listener that a data plane cannot open is named with its pod, and has failed where none can', () => {
  const it = world();
  it.apply(irOf('a/web/http'), 'a/web');
  it.connected('a/web', ['one', 'two']);
  it.answer('a/web', 'one', JSON.stringify({ 'gateway/a/web/http': failed }));
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web').listeners, { 'gateway/a/web/http': { ...failed, message: 'data plane one: port 80 is taken' } });
  it.answer('a/web', 'two');
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web').listeners, { 'gateway/a/web/http': { state: 'serving', but: 'Not by data plane one: port 80 is taken' } });
  assert.deepEqual(it.plane.states, [
    { gateway: 'a/web', name: 'one', state: 'in sync', message: 'gateway/a/web/http: port 80 is taken' }, { gateway: 'a/web', name: 'two', state: 'in sync' },
  ]);
});

test('a data plane that refuses a configuration serves on with what it had, and is named', () => {
  const it = world();
  it.apply(irOf('a/web/http'), 'a/web');
  it.connected('a/web', ['one']);
  it.answer('a/web', 'one');
  it.apply(irOf('a/web/http', 'a/web/more'), 'a/web');
  it.answer('a/web', 'one', 'it could not be taken: a bug');
  assert.deepEqual(it.apply(irOf('a/web/http', 'a/web/more'), 'a/web'), {
    listeners: { 'gateway/a/web/http': { state: 'serving' } },
    gateways: { 'a/web': { but: 'The newest configuration is not in force everywhere: data plane one refused it: it could not be taken: a bug.' } },
  });
  assert.deepEqual(it.plane.states, [{ gateway: 'a/web', name: 'one', state: 'refused', message: 'it could not be taken: a bug' }]);
  it.apply(irOf('a/web/http'), 'a/web');
  it.answer('a/web', 'one');
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web').gateways, { 'a/web': {} });
});

test('a data plane that does not answer is named after a while', () => {
  const it = world();
  it.apply(irOf('a/web/http'), 'a/web');
  it.connected('a/web', ['one', 'two']);
  it.answer('a/web', 'one');
  it.apply(irOf('a/web/http'), 'a/web');
  it.news = 0;
  it.now = overdueMs - 1;
  it.plane.look();
  assert.equal(it.news, 0);
  it.now = overdueMs;
  it.plane.look();
  assert.equal(it.news, 1);
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web').gateways, { 'a/web': { but: 'The newest configuration is not in force everywhere: data plane two has not answered.' } });
  it.connected('a/web', ['one']);
  assert.equal(it.news, 2, 'a data plane that is gone is waited for no longer');
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web').gateways, { 'a/web': {} });
});

test('an answer to a set before the newest says what it says of that one', () => {
  const it = world();
  it.apply(irOf('a/web/http'), 'a/web');
  it.connected('a/web', ['one']);
  const [first] = it.sets.get('a/web')!;
  it.apply(irOf('a/web/http', 'a/web/more'), 'a/web');
  it.settled('a/web', 'one', { set: first!, error: undefined });
  assert.deepEqual(Object.keys(it.apply(irOf('a/web/http', 'a/web/more'), 'a/web').listeners), ['gateway/a/web/http']);
});

test('pods that are ready and follow another process, or have not come back, are taken at their readiness until one tells more', () => {
  const it = world();
  it.isElsewhere = true;
  assert.deepEqual(it.apply(irOf('a/web/http'), 'a/web'), { listeners: { 'gateway/a/web/http': { state: 'serving' } }, gateways: { 'a/web': {} } });
  it.connected('a/web', ['one']);
  assert.equal(it.news, 0);
  it.answer('a/web', 'one', JSON.stringify({ 'gateway/a/web/http': failed }));
  assert.equal(it.news, 1);
  assert.equal(it.apply(irOf('a/web/http'), 'a/web').listeners['gateway/a/web/http']?.state, 'failed');
});

test('of a Gateway that is gone nothing is left; one that is only not accepted keeps what it had', () => {
  const it = world();
  it.apply(irOf('a/web/http', 'b/web/http'), 'a/web', 'b/web');
  it.plane.apply(irOf('a/web/http'), ['a/web'], () => true);
  assert.deepEqual([it.forgotten, it.sets.get('b/web')!.length], [[], 1]);
  it.apply(irOf('a/web/http'), 'a/web');
  assert.deepEqual(it.forgotten, ['b/web']);
  it.connected('b/web', ['one']);
  assert.deepEqual(it.plane.states, []);
});

test('what follows another replica counts as what follows this one, for as long as the other one can be heard', () => {
  const [here, there] = [world(), world()];
  const both = (): ApplyReport => {
    there.apply(irOf('a/web/http'), 'a/web');
    return here.apply(irOf('a/web/http'), 'a/web');
  };
  both();
  assert.equal(there.local.get('a/web'), undefined, 'nobody follows it');
  there.connected('a/web', ['two']);
  here.plane.told('there', 'a/web', there.local.get('a/web'));
  assert.deepEqual(both().gateways, { 'a/web': { waiting: 'data plane two has not answered' } });
  there.answer('a/web', 'two');
  here.news = 0;
  here.plane.told('there', 'a/web', there.local.get('a/web'));
  assert.equal(here.news, 1);
  assert.deepEqual(both(), { listeners: { 'gateway/a/web/http': { state: 'serving' } }, gateways: { 'a/web': {} } });
  assert.ok(here.plane.isServed('a/web'));

  here.connected('a/web', ['one']);
  here.answer('a/web', 'one', JSON.stringify({ 'gateway/a/web/http': failed }));
  assert.deepEqual(both().listeners, { 'gateway/a/web/http': { state: 'serving', but: 'Not by data plane one: port 80 is taken' } });
  here.plane.lost('there');
  assert.equal(both().listeners['gateway/a/web/http']?.state, 'failed');
  assert.deepEqual(here.plane.states.map((it) => it.name), ['one'], 'of the other one\'s data planes the other one tells');
});

test('a refusal that another replica heard is said here', () => {
  const [here, there] = [world(), world()];
  for (const it of [here, there]) it.apply(irOf('a/web/http'), 'a/web');
  there.connected('a/web', ['two']);
  there.answer('a/web', 'two');
  for (const it of [here, there]) it.apply(irOf('a/web/http', 'a/web/more'), 'a/web');
  there.answer('a/web', 'two', 'it could not be taken: a bug');
  here.plane.told('there', 'a/web', there.local.get('a/web'));
  assert.deepEqual(here.apply(irOf('a/web/http', 'a/web/more'), 'a/web'), {
    listeners: { 'gateway/a/web/http': { state: 'serving' } },
    gateways: { 'a/web': { but: 'The newest configuration is not in force everywhere: data plane two refused it: it could not be taken: a bug.' } },
  });
  there.connected('a/web', []);
  here.plane.told('there', 'a/web', there.local.get('a/web'));
  assert.deepEqual(here.apply(irOf('a/web/http', 'a/web/more'), 'a/web'), { listeners: {}, gateways: { 'a/web': { waiting: 'no data plane has asked for it yet' } } });
});

test('a fleet of another class does not take back what this one told of a Gateway', () => {
  const [native, other] = [world(), world()];
  native.apply(irOf('a/web/http'), 'a/web');
  native.connected('a/web', ['one']);
  native.answer('a/web', 'one');
  assert.match(native.local.get('a/web') ?? '', /serving/);
  // Both are told of what happens at any data plane.
  for (let turn = 0; turn < 2; turn++) other.plane.notice('a/web');
  other.plane.told('there', 'a/web', native.local.get('a/web'));
  other.plane.look();
  assert.deepEqual([...other.local.keys()], []);
  native.connected('a/web', []);
  assert.equal(native.local.get('a/web'), undefined, 'its own it does take back');
});
