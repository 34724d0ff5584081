/** Addresses of Gateways in a cluster, from their Services, and what their Services are asked for (GEP-5093). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Graph } from '../attach/index.ts';
import { fleetObjects, type FleetSettings } from '../fleet/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { compile } from './compile.ts';
import { fleetGateways } from './fleet-gateways.ts';
import { ServiceAddresses, type AddressedService } from './service-addresses.ts';
import { isInRanges } from './service-ranges.ts';
import { gateway, snapshotOf } from './testing/snapshots.ts';

const clusterFeature = 'GatewayAddressRoutabilityCluster';
const range = '10.96.0.0/16';

/** One Gateway that asks for these addresses. */
function graphOf(addresses: readonly object[], features: readonly string[] = [clusterFeature]): Graph {
  const one = gateway('gw', [80]);
  return compile(snapshotOf([{ ...one, spec: { ...one['spec'] as object, addresses } }]), {
    controllerName: 'test', capabilities: { ...nativeCapabilities, features: [...nativeCapabilities.features, ...features] }, adoptForeignClasses: true,
    checkKeyPair: () => ({ names: [] }), checkAuthorities: () => undefined,
  }).graph;
}

const balanced: AddressedService = { spec: { type: 'LoadBalancer', clusterIP: '10.96.0.42' }, status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } } };
const pending: AddressedService = { spec: { type: 'LoadBalancer', clusterIP: '10.96.0.42' } };
const internal: AddressedService = { spec: { type: 'ClusterIP', clusterIP: '10.96.0.42' } };

function addressesOf(own: AddressedService | undefined, others: readonly AddressedService[] = []): ServiceAddresses {
  return new ServiceAddresses({ find: (key) => (key === 'default/gw-postern' ? own : undefined), all: () => [...(own === undefined ? [] : [own]), ...others], ranges: () => [range] });
}

/** What the status would have: `value routability`, then what is said of entries without. */
async function placed(own: AddressedService | undefined, graph: Graph, others: readonly AddressedService[] = []): Promise<{ readonly given: string[]; readonly said: string; readonly binds: boolean }> {
  const place = (await addressesOf(own, others).place(graph)).placement.get('default/gw')!;
  const said = place.refused === undefined ? place.unassigned?.join(' ') ?? '' : `${place.refused.reason}${place.refused.isPending === true ? ' (pending)' : ''}: ${place.refused.message}`;
  return { given: place.addresses.map((it) => `${it.value} ${it.routability ?? 'unset'}`), said, binds: place.bind !== undefined };
}

test('a Gateway that asks for nothing has what its Service has', async () => {
  assert.deepEqual(await placed(balanced, graphOf([])), { given: ['203.0.113.10 '], said: '', binds: true });
  assert.deepEqual(await placed(internal, graphOf([])), { given: ['10.96.0.42 Cluster'], said: '', binds: true }, 'an address that has the guarantee says so');
  assert.deepEqual(await placed(internal, graphOf([], [])), { given: ['10.96.0.42 '], said: '', binds: true }, 'where the feature is claimed');
  for (const service of [undefined, pending, { spec: { type: 'ClusterIP', clusterIP: 'None' } }, { spec: { type: 'ClusterIP', clusterIP: '' } }]) {
    assert.deepEqual(await placed(service, graphOf([])), { given: [], said: 'AddressNotAssigned (pending): Service default/gw-postern has no address yet.', binds: true });
  }
});

test('an address of the cluster and a usual one, in either order', async () => {
  assert.deepEqual((await placed(balanced, graphOf([{}, { routability: 'Cluster' }]))).given, ['203.0.113.10 ', '10.96.0.42 Cluster']);
  assert.deepEqual((await placed(balanced, graphOf([{ routability: 'Cluster' }, { routability: '' }]))).given, ['10.96.0.42 Cluster', '203.0.113.10 ']);
  assert.deepEqual((await placed(balanced, graphOf([{ routability: 'testing.x-k8s.io/sentinel' }]))).given, ['203.0.113.10 testing.x-k8s.io/sentinel']);
});

test('some are there before others', async () => {
  const { given, said, binds } = await placed(pending, graphOf([{}, { routability: 'Cluster' }]));
  assert.deepEqual([given, said, binds], [['10.96.0.42 Cluster'], 'spec.addresses[0]: Service default/gw-postern has no address yet.', true]);
  assert.deepEqual(await placed(undefined, graphOf([{ routability: 'Cluster' }])), { given: [], said: 'AddressNotAssigned (pending): spec.addresses[0]: Service default/gw-postern has no address yet.', binds: true });
});

test('an address of the cluster that was asked for by value is given as it is, or not at all', async () => {
  const asked = (value: string, ...more: readonly object[]): Graph => graphOf([{ value, routability: 'Cluster' }, ...more]);
  assert.deepEqual((await placed(internal, asked('10.96.0.42'))).given, ['10.96.0.42 Cluster']);
  const outside = await placed(balanced, asked('192.0.2.1', {}));
  assert.deepEqual(outside, { given: ['203.0.113.10 '], said: 'spec.addresses[0]: 192.0.2.1 is not an address of Services, which are those of 10.96.0.0/16.', binds: true });
  const alone = await placed(internal, asked('192.0.2.1'));
  assert.deepEqual([alone.given, alone.said.split(':')[0], alone.binds], [[], 'AddressNotAssigned', false], 'no traffic where nothing can be had');
  assert.match((await placed(internal, asked('10.96.0.43'))).said, /can't be given any more: Service default\/gw-postern has 10\.96\.0\.42 for good/);
  const other = { metadata: { namespace: 'secret', name: 'other' }, spec: { clusterIP: '10.96.0.43' } };
  assert.match((await placed(undefined, asked('10.96.0.43'), [other])).said, /AddressNotAssigned: spec\.addresses\[0\]: 10\.96\.0\.43 belongs to another Service\.$/);
});

test('a usual address that was asked for by value and is not given refuses the Gateway', async () => {
  assert.deepEqual((await placed(balanced, graphOf([{ value: '203.0.113.10' }]))).given, ['203.0.113.10 ']);
  assert.match((await placed(balanced, graphOf([{ value: '203.0.113.99' }, { value: '203.0.113.10' }]))).said, /^AddressNotUsable: spec\.addresses\[0\]: 203\.0\.113\.99 was not given/);
  assert.match((await placed(balanced, graphOf([{ value: '10.96.0.42' }]))).said, /^AddressNotUsable/, 'an address of the cluster is not the usual one');
});

test('each entry has an address of its own', async () => {
  const dual: AddressedService = { spec: { type: 'ClusterIP', clusterIP: '10.96.0.42', clusterIPs: ['10.96.0.42', 'fd00::42'] } };
  const cluster = { routability: 'Cluster' };
  assert.deepEqual((await placed(dual, graphOf([cluster, cluster]))).given, ['10.96.0.42 Cluster', 'fd00::42 Cluster']);
  const { given, said } = await placed(balanced, graphOf([cluster, cluster, {}, {}]));
  assert.deepEqual(given, ['10.96.0.42 Cluster', '203.0.113.10 ']);
  assert.match(said, /^spec\.addresses\[1\]: .* no further address in the cluster\. spec\.addresses\[3\]: .* no further address of type IPAddress\.$/);
});

test('host names are no addresses of a cluster, and go to who asks for one', async () => {
  const named: AddressedService = { spec: { type: 'LoadBalancer', clusterIP: '10.96.0.42' }, status: { loadBalancer: { ingress: [{ hostname: 'lb.test' }] } } };
  assert.deepEqual((await placed(named, graphOf([{ type: 'Hostname' }]))).given, ['lb.test ']);
  assert.match((await placed(named, graphOf([{ type: 'Hostname', routability: 'Cluster' }]))).said, /is for addresses of type IPAddress, not Hostname\.$/);
  assert.match((await placed(named, graphOf([{}]))).said, /no further address of type IPAddress/);
});

test('without the feature nothing is of the cluster, and no other scope is taken for it', async () => {
  const { given, said, binds } = await placed(internal, graphOf([{ routability: 'Cluster' }], []));
  assert.deepEqual([given, binds], [[], false]);
  assert.match(said, /^AddressNotAssigned: spec\.addresses\[0\]: routability Cluster: no addresses/);
});

const settings: FleetSettings = { controllerName: 'test', image: 'i', controlPlane: 'c:1', replicas: 1, serviceType: 'LoadBalancer', authority: '' };

/** Type and addresses of the Service that is made for such a Gateway. */
function asked(addresses: readonly object[], own?: AddressedService, others: readonly AddressedService[] = []): unknown {
  const world = addressesOf(own, others);
  const [one] = fleetGateways(graphOf(addresses), (it) => world.clusterAddress(it));
  const made = fleetObjects(one!, settings).find((it) => it.kind === 'Service');
  const { type, clusterIP, loadBalancerIP } = made!['spec'] as { readonly type: string; readonly clusterIP?: string; readonly loadBalancerIP?: string };
  return [type, clusterIP, loadBalancerIP];
}

test('no load balancer leads to a Gateway that is for the cluster alone, or that asks for what is not to be had', () => {
  const [cluster, odd] = [{ routability: 'Cluster' }, { routability: 'example.com/CorpWan' }];
  assert.deepEqual(asked([]), ['LoadBalancer', undefined, undefined]);
  assert.deepEqual(asked([{}, cluster]), ['LoadBalancer', undefined, undefined]);
  assert.deepEqual(asked([{ routability: 'testing.x-k8s.io/sentinel' }]), ['LoadBalancer', undefined, undefined]);
  for (const addresses of [[cluster], [cluster, cluster], [odd], [cluster, odd]]) assert.deepEqual(asked(addresses), ['ClusterIP', undefined, undefined]);
});

test('a Service is asked for the addresses that it can have, since one that it can\'t would refuse it whole', () => {
  const byValue = (value: string): object => ({ routability: 'Cluster', value });
  assert.deepEqual(asked([{ value: '203.0.113.10' }, byValue('10.96.0.42')]), ['LoadBalancer', '10.96.0.42', '203.0.113.10']);
  assert.deepEqual(asked([byValue('192.0.2.1')]), ['ClusterIP', undefined, undefined]);
  assert.deepEqual(asked([byValue('10.96.0.42')], internal), ['ClusterIP', '10.96.0.42', undefined], 'once given it stays asked for');
  assert.deepEqual(asked([byValue('10.96.0.43')], internal), ['ClusterIP', undefined, undefined]);
  assert.deepEqual(asked([byValue('10.96.0.43')], undefined, [{ spec: { clusterIP: '10.96.0.43' } }]), ['ClusterIP', undefined, undefined]);
});

test('ranges of addresses', () => {
  const cases: [address: string, ranges: readonly string[], isIn: boolean][] = [
    ['10.96.255.255', [range], true], ['10.97.0.0', [range], false], ['10.97.0.0', [range, '10.97.0.0/24'], true], ['fd00::1', ['fd00::/108'], true], ['fd00::1', [range], false],
    ['10.96.0.1', [], false], ['10.96.0.1', ['10.96.0.0', 'x/8', '10.96.0.0/33', '/16'], false], ['no address', [range], false], ['::ffff:10.96.0.1', ['fd00::/8'], false],
  ];
  for (const [address, ranges, isIn] of cases) assert.equal(isInRanges(address, ranges), isIn, `${address} in ${ranges.join()}`);
});
