import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import type { ApplyReport, Snapshot } from '../contract/index.ts';
import type { Ir } from '../ir/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { AddressBook } from './address-book.ts';
import { Controller, type Applied, type ControllerOptions } from './controller.ts';
import { gateway, snapshotOf } from './testing/snapshots.ts';

/** Nobody else binds there. */
const pool = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.0/29`;
const settings = { controllerName: 'test', capabilities: nativeCapabilities, adoptForeignClasses: true, checkKeyPair: () => ({ names: [] }), checkAuthorities: () => undefined };

interface Watched {
  readonly controller: Controller;
  readonly applied: Applied[];
  readonly bugs: unknown[];
}

const serving = (ir: Ir): Promise<ApplyReport> => Promise.resolve({ listeners: Object.fromEntries(Object.keys(ir.listeners).map((key) => [key, { state: 'serving' as const }])) });

function watched(options: Partial<ControllerOptions> = {}): Watched {
  const applied: Applied[] = [];
  const bugs: unknown[] = [];
  const controller = new Controller({
    settings, addresses: new AddressBook({ pool }), apply: serving,
    // The tables live on; what was applied is kept as it was.
    onApplied: (one) => void applied.push({ ...one, ir: { ...one.ir, listeners: { ...one.ir.listeners } } }), onBug: (error) => void bugs.push(error), ...options,
  });
  return { controller, applied, bugs };
}

function route(hostnames: unknown): { readonly [field: string]: unknown } {
  return { kind: 'HTTPRoute', metadata: { namespace: 'default', name: 'r' }, spec: { parentRefs: [{ name: 'g' }], hostnames } };
}

function snapshot(hostnames: unknown = ['a.test']): Snapshot {
  return snapshotOf([gateway('g', [8080]), route(hostnames)]);
}

function hostsOf({ ir }: Applied): string[] {
  return Object.values(ir.listeners).flatMap((it) => ('hosts' in it ? it.hosts.map((host) => host.hostname) : []));
}

test('a bug leaves the last good configuration in force, and the next snapshot goes on from there', async () => {
  const bug = new Error('a bug');
  let broken = false;
  const { controller, applied, bugs } = watched({ apply: (ir) => (broken ? Promise.reject(bug) : serving(ir)) });
  await controller.update(snapshot());
  broken = true;
  await controller.update(snapshot(['b.test']));
  assert.deepEqual([applied.length, bugs], [1, [bug]]);
  broken = false;
  await controller.update(snapshot(['c.test']));
  assert.deepEqual(applied.map((one) => one.revision), [1, 2]);
  assert.deepEqual(hostsOf(applied[1]!), ['c.test']);
});

test('snapshots that come while one is applied give way to the newest', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { controller, applied } = watched({ apply: async (ir) => (await gate, serving(ir)) });
  const updates = ['a.test', 'b.test', 'c.test'].map((host) => controller.update(snapshot([host])));
  open();
  await Promise.all(updates);
  assert.deepEqual(applied.map(hostsOf), [['a.test'], ['c.test']]);
});

test('an object that broke keeps its last good content', async () => {
  const { controller, applied } = watched();
  await controller.update(snapshot());
  await controller.update(snapshot('no list'));
  assert.deepEqual(hostsOf(applied[1]!), ['a.test']);
  assert.deepEqual(applied[1]!.findings.map((it) => it.code).filter((it) => it !== 'class-adopted'), ['schema', 'kept-last-good']);
});

test('what a source has not is put in before the configuration is made', async () => {
  const { controller, applied } = watched({ complete: (seen, model) => Promise.resolve(model.objects.HTTPRoute.size === 0 ? { ...seen, objects: snapshot().objects } : seen) });
  await controller.update(snapshotOf([]));
  assert.deepEqual(hostsOf(applied[0]!), ['a.test']);
});

test('a status that does not change is the same one again', async () => {
  const { controller, applied } = watched();
  await controller.update(snapshot());
  await controller.update(snapshot(['b.test']));
  const [before, after] = applied.map((one) => one.statuses.find((it) => it.ref.kind === 'Gateway'));
  assert.ok(before !== undefined);
  assert.equal(after, before);
});

test('what the data plane says later of the same configuration is said in statuses', async () => {
  let isServed = true;
  const failed: ApplyReport['listeners'][string] = { state: 'failed', reason: 'PortUnavailable', message: 'it is taken' };
  const { controller, applied } = watched({ apply: async (ir) => (isServed ? serving(ir) : { listeners: Object.fromEntries(Object.keys(ir.listeners).map((key) => [key, failed])) }) });
  const programmed = (one: Applied): unknown => {
    const { status } = one.statuses.find((it) => it.ref.kind === 'Gateway')!;
    return (status['conditions'] as readonly { type: string; status: string }[]).find((it) => it.type === 'Programmed')?.status;
  };
  await controller.update(snapshot());
  isServed = false;
  await controller.again();
  assert.deepEqual(applied.map(programmed), ['True', 'False']);
  assert.deepEqual(applied[1]!.statusChange.come.map((it) => it.ref.kind), ['Gateway']);
});
