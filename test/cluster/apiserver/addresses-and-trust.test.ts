/** Addresses by their scope (GEP-5093) and ClusterTrustBundles (GEP-5075), from the objects of a real API server to the statuses in it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import { authority } from '../../harness/certificates.ts';
import { ControlPlane } from './control-plane.ts';
import { condition, FleetRig, freePort, paths, Program, type Thing } from './fleet-rig.ts';
import { noApiServer } from './programs.ts';

const limit = { timeout: 120_000 };
const bundles = '/apis/certificates.k8s.io/v1beta1/clustertrustbundles';
const policy = '/apis/gateway.networking.k8s.io/v1/namespaces/default/backendtlspolicies/p';

interface Rig {
  readonly plane: ControlPlane;
  readonly rig: FleetRig;
}

async function start(flags: readonly string[]): Promise<Rig> {
  const plane = await ControlPlane.start({ flags });
  const rig = new FleetRig(plane);
  await rig.apply(paths.gatewayClass('postern'), { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
  return { plane, rig };
}

async function controller(t: TestContext, { rig }: Rig, more: readonly string[] = []): Promise<void> {
  const controlPlane = `127.0.0.1:${await freePort()}`;
  const program = new Program(t, ['controller', '--kubeconfig', join(rig.folder, 'kubeconfig'), '--proxy-image', 'postern:test', '--control-plane', controlPlane, '--listen', controlPlane, ...more]);
  t.after(() => assert.deepEqual(program.output.filter((it) => it.includes('"event":"bug"')), []));
}

function gateway(rig: FleetRig, name: string, addresses: readonly object[]): Promise<Thing> {
  return rig.apply(paths.gateway(`default/${name}`), {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: 'default', name },
    spec: { gatewayClassName: 'postern', addresses, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  });
}

interface Found {
  /** `value routability`. */
  readonly addresses: readonly string[];
  /** Of AddressesAssigned. */
  readonly assigned: string;
  readonly programmed: string;
}

function found(thing: Thing | undefined): Found {
  const { addresses = [] } = (thing?.['status'] ?? {}) as { readonly addresses?: readonly { readonly value: string; readonly routability?: string }[] };
  return { addresses: addresses.map((it) => `${it.value} ${it.routability ?? 'unset'}`), assigned: condition(thing, 'AddressesAssigned'), programmed: condition(thing, 'Programmed') };
}

/** The Gateway's status once AddressesAssigned begins like this. */
async function untilAssigned(t: TestContext, rig: FleetRig, name: string, assigned: string): Promise<Found> {
  return found(await rig.until(t, paths.gateway(`default/${name}`), (it) => found(it).assigned.startsWith(assigned)));
}

/** Plays the load balancer. */
async function balance(t: TestContext, rig: FleetRig, name: string, ip: string): Promise<void> {
  const path = paths.service(`default/${name}-postern`);
  await rig.until(t, path, (it) => it !== undefined);
  await rig.client.call({ method: 'PATCH', path: `${path}/status`, contentType: 'application/merge-patch+json', body: { status: { loadBalancer: { ingress: [{ ip }] } } } });
}

function specOf(thing: Thing | undefined): { readonly type?: string; readonly clusterIP?: string } {
  return thing?.['spec'] as { readonly type?: string; readonly clusterIP?: string };
}

async function features(t: TestContext, rig: FleetRig, isSo: (names: readonly string[]) => boolean): Promise<void> {
  const namesOf = (it: Thing | undefined): string[] => ((it?.['status'] as { readonly supportedFeatures?: readonly { readonly name: string }[] } | undefined)?.supportedFeatures ?? []).map(({ name }) => name);
  await rig.until(t, paths.gatewayClass('postern'), (it) => namesOf(it).length > 0 && isSo(namesOf(it)));
}

const routed = [
  { path: '/api/v1/namespaces/default/services/a', object: { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name: 'a' }, spec: { ports: [{ port: 443 }] } } },
  { path: paths.httpRoute('default/r'), object: {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { namespace: 'default', name: 'r' }, spec: { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ name: 'a', port: 443 }] }] },
  } },
  { path: policy, object: {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'BackendTLSPolicy', metadata: { namespace: 'default', name: 'p' },
    spec: { targetRefs: [{ group: '', kind: 'Service', name: 'a' }], validation: { hostname: 'a.test', caCertificateRefs: [{ group: 'certificates.k8s.io', kind: 'ClusterTrustBundle', name: 'example.com:roots:v1' }] } },
  } },
];

/** `Accepted reason, ResolvedRefs reason` of the policy. */
function judged(thing: Thing | undefined): string {
  const { ancestors = [] } = (thing?.['status'] ?? {}) as { readonly ancestors?: readonly object[] };
  const of = ancestors[0] === undefined ? undefined : { ...thing!, status: ancestors[0] };
  return ['Accepted', 'ResolvedRefs'].map((it) => condition(of, it).replace(/:.*/, '')).join(', ');
}

suite('addresses, and bundles that are served', { skip: noApiServer }, () => {
  let rig: Rig;
  before(async () => { rig = await start(['--feature-gates=ClusterTrustBundle=true', '--runtime-config=certificates.k8s.io/v1beta1/clustertrustbundles=true']); });
  after(async () => {
    rig.rig.close();
    await rig.plane.close();
  });

  test('addresses of the cluster, usual ones, both, and none', limit, async (t) => {
    const { rig: fleet } = rig;
    await controller(t, rig);
    await gateway(fleet, 'usual', []);
    await gateway(fleet, 'cluster', [{ routability: 'Cluster' }]);
    await gateway(fleet, 'both', [{}, { routability: 'Cluster' }]);
    await gateway(fleet, 'exact', [{ value: '10.96.77.7', routability: 'Cluster' }]);
    await gateway(fleet, 'outside', [{ value: '192.0.2.1', routability: 'Cluster' }]);
    await gateway(fleet, 'partly', [{ value: '192.0.2.1', routability: 'Cluster' }, {}]);
    await gateway(fleet, 'sentinel', [{ routability: 'testing.x-k8s.io/sentinel' }]);
    await features(t, fleet, (names) => ['ClusterTrustBundle', 'GatewayAddressRoutability', 'GatewayAddressRoutabilityCluster'].every((it) => names.includes(it)));
    const pending = await fleet.until(t, paths.gateway('default/usual'), (it) => found(it).programmed !== '');
    assert.deepEqual([found(pending).addresses, found(pending).assigned], [[], ''], 'nothing is decided before the load balancer has spoken');
    for (const [name, ip] of [['usual', '203.0.113.1'], ['both', '203.0.113.2'], ['partly', '203.0.113.3'], ['sentinel', '203.0.113.4']] as const) await balance(t, fleet, name, ip);
    const ofCluster = async (name: string): Promise<string> => `${specOf(await fleet.get(paths.service(`default/${name}-postern`))).clusterIP} Cluster`;
    const yes = 'True/AddressesAssigned';
    assert.deepEqual((await untilAssigned(t, fleet, 'usual', yes)).addresses, ['203.0.113.1 ']);
    assert.deepEqual((await untilAssigned(t, fleet, 'cluster', yes)).addresses, [await ofCluster('cluster')]);
    assert.deepEqual((await untilAssigned(t, fleet, 'both', yes)).addresses, ['203.0.113.2 ', await ofCluster('both')]);
    assert.deepEqual((await untilAssigned(t, fleet, 'exact', yes)).addresses, ['10.96.77.7 Cluster']);
    assert.deepEqual((await untilAssigned(t, fleet, 'sentinel', yes)).addresses, ['203.0.113.4 testing.x-k8s.io/sentinel']);
    const partly = await untilAssigned(t, fleet, 'partly', 'False/PartiallyAssigned: spec.addresses[0]: 192.0.2.1 is not an address of Services');
    assert.deepEqual(partly.addresses, ['203.0.113.3 ']);
    const outside = await untilAssigned(t, fleet, 'outside', 'False/NotAssigned');
    assert.deepEqual([outside.addresses, outside.programmed.replace(/:.*/, '')], [[], 'False/AddressNotAssigned']);
    for (const [name, type] of [['usual', 'LoadBalancer'], ['both', 'LoadBalancer'], ['cluster', 'ClusterIP'], ['exact', 'ClusterIP'], ['outside', 'ClusterIP']] as const) {
      assert.equal(specOf(await fleet.get(paths.service(`default/${name}-postern`))).type, type, name);
    }
  });

  test('what is asked for changes: the Service follows where it can, and no other address counts', limit, async (t) => {
    const { rig: fleet } = rig;
    await controller(t, rig);
    await gateway(fleet, 'moving', [{}]);
    await balance(t, fleet, 'moving', '203.0.113.9');
    await untilAssigned(t, fleet, 'moving', 'True/AddressesAssigned: Reached at 203.0.113.9');
    await gateway(fleet, 'moving', [{ routability: 'Cluster' }]);
    const service = await fleet.until(t, paths.service('default/moving-postern'), (it) => specOf(it).type === 'ClusterIP');
    const own = specOf(service).clusterIP!;
    assert.deepEqual((await untilAssigned(t, fleet, 'moving', `True/AddressesAssigned: Reached at ${own}`)).addresses, [`${own} Cluster`]);
    await gateway(fleet, 'moving', [{ value: '10.96.88.8', routability: 'Cluster' }]);
    const stuck = await untilAssigned(t, fleet, 'moving', `False/NotAssigned: spec.addresses[0]: 10.96.88.8 can't be given any more: Service default/moving-postern has ${own}`);
    assert.deepEqual(stuck.addresses, []);
    await fleet.delete(paths.service('default/moving-postern'));
    assert.deepEqual((await untilAssigned(t, fleet, 'moving', 'True/AddressesAssigned: Reached at 10.96.88.8')).addresses, ['10.96.88.8 Cluster']);
    await gateway(fleet, 'taken', [{ value: '10.96.88.8', routability: 'Cluster' }, {}]);
    await balance(t, fleet, 'taken', '203.0.113.8');
    assert.deepEqual((await untilAssigned(t, fleet, 'taken', 'False/PartiallyAssigned: spec.addresses[0]: 10.96.88.8')).addresses, ['203.0.113.8 ']);
  });

  test('a bundle in the version that is served: made, deleted, and made again', limit, async (t) => {
    const { rig: fleet } = rig;
    await controller(t, rig);
    await gateway(fleet, 'web', []);
    for (const { path, object } of routed) await fleet.apply(path, object);
    const bad = 'False/NoValidCACertificate, False/InvalidCACertificateRef';
    const good = 'True/Accepted, True/ResolvedRefs';
    await fleet.until(t, policy, (it) => judged(it) === bad);
    for (let round = 0; round < 2; round++) {
      await fleet.client.call({ method: 'POST', path: bundles, body: {
        apiVersion: 'certificates.k8s.io/v1beta1', kind: 'ClusterTrustBundle', metadata: { name: 'example.com:roots:v1' }, spec: { signerName: 'example.com/roots', trustBundle: authority('ca').certificate },
      } });
      await fleet.until(t, policy, (it) => judged(it) === good);
      await fleet.delete(`${bundles}/example.com:roots:v1`);
      await fleet.until(t, policy, (it) => judged(it) === bad);
    }
  });
});

suite('where the cluster serves no bundles', { skip: noApiServer }, () => {
  let rig: Rig;
  before(async () => { rig = await start([]); });
  after(async () => {
    rig.rig.close();
    await rig.plane.close();
  });

  test('the feature is not claimed, the kind is unknown, and all else goes on', limit, async (t) => {
    const { rig: fleet } = rig;
    await controller(t, rig, ['--service-type', 'ClusterIP']);
    await gateway(fleet, 'web', []);
    for (const { path, object } of routed) await fleet.apply(path, object);
    await fleet.until(t, policy, (it) => judged(it) === 'False/NoValidCACertificate, False/InvalidKind');
    await features(t, fleet, (names) => names.includes('GatewayAddressRoutability') && !names.includes('ClusterTrustBundle') && !names.includes('GatewayAddressRoutabilityCluster'));
    const { addresses } = await untilAssigned(t, fleet, 'web', 'True/AddressesAssigned');
    assert.match(addresses.join(), /^10\.96\.\d+\.\d+ $/, 'no guarantee that is not claimed');
  });
});
