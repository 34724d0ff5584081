import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplyReport } from '../contract/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import { irText } from '../proxy/index.ts';
import type { DeltaResponse } from '../xds/index.ts';
import { FollowedIr, type IrTaker } from './followed-ir.ts';

/** Writes down what it is told: `apply` or `endpoints`, with what was in it. */
class Taker implements IrTaker {
  readonly told: unknown[][] = [];
  irs: Ir[] = [];
  /** What was said to be other, of each. */
  readonly changes: string[] = [];
  report: ApplyReport = { listeners: {} };

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    this.irs.push(structuredClone(ir));
    this.changes.push(change === undefined ? 'all' : Object.entries(change).flatMap(([table, keys]) => [...keys as ReadonlySet<string>].map((key) => `${table}/${key}`)).join(' '));
    this.told.push(['apply', Object.entries(ir).flatMap(([table, entries]) => Object.keys(entries as object).map((key) => `${table}/${key}`)).sort().join(' ')]);
    return Promise.resolve(this.report);
  }

  updateEndpoints(endpoints: object): void {
    this.told.push(['endpoints', endpoints]);
  }
}

function change(entries: Readonly<Record<string, unknown>>, removed: readonly string[] = []): DeltaResponse {
  const resources = Object.entries(entries).map(([name, value]) => ({ name, version: `v-${JSON.stringify(value)}`, bytes: Buffer.from(irText(value)) }));
  return { typeUrl: '', nonce: '', resources, removed };
}

const endpoint = { address: '10.0.0.1', port: 80 };

test('entries come, change and go; what did not change keeps its identity', async () => {
  const taker = new Taker();
  const followed = new FollowedIr(taker);
  await followed.take(change({ 'sockets/0.0.0.0:80': { address: '0.0.0.0', port: 80 }, 'routes/httproute/a/b/0': { n: 1 }, 'routes/other': { n: 2 } }));
  const kept = followed.ir.routes['httproute/a/b/0'];
  await followed.take(change({ 'routes/other': { n: 3 } }));
  await followed.take(change({}, ['sockets/0.0.0.0:80']));
  assert.deepEqual(taker.told, [['apply', 'routes/httproute/a/b/0 routes/other sockets/0.0.0.0:80'], ['apply', 'routes/httproute/a/b/0 routes/other sockets/0.0.0.0:80'], ['apply', 'routes/httproute/a/b/0 routes/other']]);
  assert.deepEqual(taker.changes, ['all', 'routes/other', 'all']);
  assert.equal(followed.ir.routes['httproute/a/b/0'], kept);
  assert.deepEqual(followed.ir.routes['other'], { n: 3 });
  assert.deepEqual([...followed.versions().keys()], ['routes/httproute/a/b/0', 'routes/other']);
});

test('hosts are put into their listeners, in the order that the listener says, whatever comes first', async () => {
  const taker = new Taker();
  const followed = new FollowedIr(taker);
  const head = (...hosts: readonly string[]): object => ({ port: 80, hosts });
  const host = (hostname: string, ...routes: readonly string[]): object => ({ hostname, routes });
  const names = (): string => followed.ir.listeners['l']!.hosts.map((it) => `${it.hostname}=${it.routes.join('+')}`).join(' ');
  await followed.take(change({ 'hosts/l/b': [host('a', 'r1'), host('b', 'r2')], 'listeners/l': head('l/c', 'l/b'), 'hosts/l/c': [host('c', 'r3')] }));
  assert.equal(names(), 'c=r3 a=r1 b=r2');
  const before = followed.ir.listeners['l']!.hosts;
  await followed.take(change({ 'hosts/l/b': [host('new'), host('a', 'r1'), host('b', 'r2', 'r4')], 'routes/r4': {} }));
  assert.equal(names(), 'c=r3 new= a=r1 b=r2+r4');
  const after = followed.ir.listeners['l']!.hosts;
  assert.deepEqual([after[0] === before[0], after[2] === before[1], after[3] === before[2]], [true, true, false]);
  await followed.take(change({ 'listeners/l': head('l/b', 'l/d'), 'hosts/l/d': [host('d')] }, ['hosts/l/c']));
  assert.equal(names(), 'new= a=r1 b=r2+r4 d=');
  await followed.take(change({ 'listeners/l': { ...head('l/b', 'l/d'), port: 81 } }));
  await followed.take(change({}, ['listeners/l', 'hosts/l/b', 'hosts/l/d']));
  assert.deepEqual(followed.ir.listeners, {});
  assert.deepEqual(taker.changes, ['all', 'routes/r4 listeners/l', 'listeners/l', 'all', 'all']);
});

test('endpoints alone skip the rest, and what failed before has still failed', async () => {
  const taker = new Taker();
  const followed = new FollowedIr(taker);
  taker.report = { listeners: { good: { state: 'serving' }, bad: { state: 'failed', reason: 'PortUnavailable', message: 'taken' } } };
  const failed = JSON.stringify({ bad: taker.report.listeners['bad'] });
  assert.equal(await followed.take(change({ 'endpoints/service/a/b/80': [] })), failed, 'the first change is a whole one');
  assert.equal(await followed.take(change({ 'endpoints/service/a/b/80': [endpoint] })), failed);
  assert.equal(await followed.take(change({}, ['endpoints/service/a/b/80'])), failed);
  taker.report = { listeners: {} };
  assert.equal(await followed.take(change({ 'endpoints/service/a/b/80': [endpoint], 'backends/service/a/b/80': {} })), undefined);
  assert.deepEqual(taker.told, [
    ['apply', 'endpoints/service/a/b/80'], ['endpoints', { 'service/a/b/80': [endpoint] }], ['endpoints', { 'service/a/b/80': [] }],
    ['apply', 'backends/service/a/b/80 endpoints/service/a/b/80'],
  ]);
});

test('what was saved is restored, with its versions', async () => {
  const first = new FollowedIr(new Taker());
  await first.take(change({ 'routes/a': { n: 1 }, 'endpoints/b': [endpoint], 'routes/c': {} }));
  const lines = [first.save(['routes/a', 'routes/c']), first.save(['endpoints/b'])];
  await first.take(change({ 'routes/a': { n: 2 } }, ['routes/c']));
  const taker = new Taker();
  const second = new FollowedIr(taker);
  await second.restore([...lines, first.save(['routes/a', 'routes/c'])]);
  assert.deepEqual(second.versions(), first.versions());
  assert.deepEqual(second.ir, first.ir);
  assert.deepEqual(taker.told, [['apply', 'endpoints/b routes/a']]);
});

for (const saved of ['', '{', '[["routes/a"]]', '[["routes/a",{"version":"1","text":"{"}]]']) {
  test(`a copy that holds ${JSON.stringify(saved)} is none, and nothing is left of it`, async () => {
    const taker = new Taker();
    const followed = new FollowedIr(taker);
    await assert.rejects(followed.restore([saved]));
    assert.deepEqual([taker.told, [...followed.versions()]], [[], []]);
    await followed.take(change({ 'routes/b': {} }));
    assert.deepEqual(taker.told, [['apply', 'routes/b']]);
  });
}
