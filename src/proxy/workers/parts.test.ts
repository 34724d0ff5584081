import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { Redacted } from '../../base/index.ts';
import { newStats } from '../stats.ts';
import { irOf } from '../testing/rig.test.ts';
import { newTicketSecret, TicketKeys } from '../tls/ticket-keys.ts';
import { DeliveredSockets } from './delivered-sockets.ts';
import { irFromText, irText } from './ir-text.ts';
import { joinReports } from './join-reports.ts';
import { Restarts } from './restarts.ts';
import { sumStats } from './sum-stats.ts';

test('an IR goes through text whole, and its secrets come out closed', () => {
  const origin = { group: '', kind: 'Secret', namespace: 'default', name: 's' };
  const ir = { ...irOf({ backends: { main: [] } }), certificates: { c: { chain: 'CHAIN', key: new Redacted('KEY'), names: ['a'], origin } } };
  const back = irFromText(irText(ir));
  assert.equal(back.certificates['c']?.key.reveal(), 'KEY');
  assert.ok(!inspect(back, { depth: 9 }).includes('KEY'));
  assert.deepEqual({ ...back, certificates: {} }, { ...ir, certificates: {} });
});

test('figures of workers add up; those that ended count no more of what is under way', () => {
  const one = { ...newStats(), requests: 3, activeRequests: 1, statusClass: [0, 0, 3, 0, 0, 0] as [number, number, number, number, number, number] };
  const sum = sumStats([one, one], [one]);
  assert.deepEqual([sum.requests, sum.activeRequests, sum.statusClass], [9, 2, [0, 0, 9, 0, 0, 0]]);
  assert.deepEqual(Object.keys(sumStats([])), Object.keys(newStats()));
});

test('a listener serves where it serves in each worker', () => {
  const ir = irOf({});
  const serving = { listeners: { web: { state: 'serving' } } } as const;
  const failed = { listeners: { web: { state: 'failed', reason: 'Invalid', message: 'no' } } } as const;
  assert.deepEqual(joinReports(ir, [serving, serving], new Map()), serving);
  assert.deepEqual(joinReports(ir, [serving, failed], new Map()), failed);
  assert.deepEqual(joinReports(ir, [serving], new Map([['web', failed.listeners.web]])), failed);
  assert.equal(joinReports(ir, [], new Map()).listeners['web']?.state, 'failed');
});

test('deaths now and then are mended at once; many in a row wait longer and longer, up to half a minute', () => {
  const restarts = new Restarts();
  assert.deepEqual([0, 1, 2, 3, 4].map((at) => restarts.waitAfterDeath(at)), [0, 0, 0, 0, 0]);
  const waits = Array.from({ length: 9 }, (_, index) => restarts.waitAfterDeath(10 + index));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(restarts.waitAfterDeath(60_000), 0);
});

test('a port opens when it comes, whether it is awaited already or not', () => {
  const sockets = new DeliveredSockets();
  const opened: string[] = [];
  sockets.take('early', () => opened.push('early'));
  sockets.take('forgotten', () => opened.push('forgotten'));
  sockets.forget('forgotten');
  sockets.deliver('late', undefined);
  sockets.deliver('early', undefined);
  sockets.take('late', () => opened.push('late'));
  const closed: string[] = [];
  sockets.deliver('forgotten', { getsockname: () => 0, close: () => void closed.push('forgotten') });
  sockets.dropUntaken();
  assert.deepEqual([opened, closed], [['early', 'late'], ['forgotten']]);
});

test('session tickets have one key for each purpose, the same in all processes that share the secret', () => {
  const secret = newTicketSecret();
  const [one, other] = [new TicketKeys(secret), new TicketKeys(secret)];
  const purpose = 'x'.repeat(5000);
  assert.equal(one.keysFor(purpose).length, 48);
  assert.deepEqual(one.keysFor(purpose), other.keysFor(purpose));
  assert.notDeepEqual(one.keysFor('a'), one.keysFor('b'));
  one.rotate(newTicketSecret());
  assert.notDeepEqual(one.keysFor('a'), other.keysFor('a'));
});
