/** Which entry of spec.addresses gets which address, and what is said of those that get none (GEP-5093). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressNode } from '../attach/index.ts';
import { assignment, matchOffers, type AddressOutcome, type Offer } from './assignment.ts';

const usual: Offer = { type: 'IPAddress', value: '203.0.113.10', isUsual: true };
const second: Offer = { type: 'IPAddress', value: '203.0.113.11', isUsual: true };
const ofCluster: Offer = { type: 'IPAddress', value: '10.96.0.42', isOfCluster: true };
const both: Offer = { ...ofCluster, isUsual: true };
const host: Offer = { type: 'Hostname', value: 'lb.test', isUsual: true };

function entry(routability = '', value?: string, type = 'IPAddress'): AddressNode {
  return { type, routability, ...(value === undefined ? {} : { value }) };
}

/** What each entry got: `value routability`, or `-`. */
function got(entries: readonly AddressNode[], ...offers: readonly Offer[]): string[] {
  return matchOffers(entries, offers).map((it) => (it === undefined ? '-' : `${it.value} ${it.routability ?? 'unset'}`));
}

test('each entry gets an address of its own, of the scope that it asks for and no other', () => {
  assert.deepEqual(got([entry(), entry('Cluster')], usual, ofCluster), ['203.0.113.10 ', '10.96.0.42 Cluster']);
  assert.deepEqual(got([entry('Cluster'), entry()], usual, ofCluster), ['10.96.0.42 Cluster', '203.0.113.10 ']);
  assert.deepEqual(got([entry('Cluster')], usual), ['-'], 'no other scope in its place');
  assert.deepEqual(got([entry()], ofCluster), ['-'], 'nor what is not usual');
  assert.deepEqual(got([entry('Cluster'), entry('Cluster')], usual, ofCluster), ['10.96.0.42 Cluster', '-'], 'no address twice');
  assert.deepEqual(got([entry(), entry(), entry()], usual, second), ['203.0.113.10 ', '203.0.113.11 ', '-']);
});

test('an address that has a guarantee says so, also where it was not asked for', () => {
  assert.deepEqual(got([entry()], both), ['10.96.0.42 Cluster']);
  assert.deepEqual(got([entry(), entry('Cluster')], both), ['-', '10.96.0.42 Cluster'], 'who asks for more goes first');
});

test('the sentinel of the tests is reported as it was asked for', () => {
  assert.deepEqual(got([entry('testing.x-k8s.io/sentinel'), entry()], usual, second), ['203.0.113.10 testing.x-k8s.io/sentinel', '203.0.113.11 ']);
});

test('a value is given exactly, and before anybody takes it who is content with any', () => {
  assert.deepEqual(got([entry(), entry('', '203.0.113.10')], usual, second), ['203.0.113.11 ', '203.0.113.10 ']);
  assert.deepEqual(got([entry('Cluster', '10.96.0.42'), entry('Cluster', '10.96.0.43')], usual, ofCluster), ['10.96.0.42 Cluster', '-']);
  assert.deepEqual(got([entry('', '10.96.0.42')], usual, ofCluster), ['-'], 'an address of the cluster only where that is asked for');
});

test('types are kept apart, and what nobody can give is given to nobody', () => {
  assert.deepEqual(got([entry('', undefined, 'Hostname'), entry()], usual, host), ['lb.test ', '203.0.113.10 ']);
  assert.deepEqual(got([entry('', undefined, 'Hostname')], usual), ['-']);
  assert.deepEqual(got([{ ...entry(), problem: { ok: false, reason: 'NotAssigned', message: '' } }, entry()], usual), ['-', '203.0.113.10 ']);
});

test('what becomes of a Gateway: all, some or none of its addresses', () => {
  const given: AddressOutcome = { given: { type: 'IPAddress', value: '192.0.2.1', routability: '' } };
  const [failed, pending, unusable]: AddressOutcome[] = [{ why: 'no.' }, { why: 'not yet.', because: 'pending' }, { why: 'bad.', because: 'unusable' }];
  const addresses = [{ type: 'IPAddress' as const, value: '192.0.2.1', routability: '' }];
  assert.deepEqual(assignment([given]), { addresses });
  assert.deepEqual(assignment([failed!, given]), { addresses, unassigned: ['spec.addresses[0]: no.'] });
  assert.deepEqual(assignment([failed!, pending!]), { addresses: [], refused: { reason: 'AddressNotAssigned', message: 'spec.addresses[0]: no. spec.addresses[1]: not yet.' } });
  assert.deepEqual(assignment([pending!]), { addresses: [], refused: { reason: 'AddressNotAssigned', message: 'spec.addresses[0]: not yet.', isPending: true } });
  assert.deepEqual(assignment([given, unusable!]), { addresses: [], refused: { reason: 'AddressNotUsable', message: 'spec.addresses[1]: bad.' } });
});
