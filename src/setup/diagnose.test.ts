import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterFacts, ConditionFact, GatewayFact, PermissionFact } from './cluster-facts.ts';
import type { CrdFact } from './crd-judgement.ts';
import { diagnose } from './diagnose.ts';
import { doctorText } from './diagnosis.ts';

const plain = { good: String, odd: String, bad: String };

function condition(type: string, status: string, [reason, message] = [type, '']): ConditionFact {
  return { type, status, reason: reason!, message: message!, observedGeneration: 3 };
}

const standard = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute', 'ListenerSet', 'ReferenceGrant'];

function crd(kind: string, more: Partial<CrdFact> = {}): CrdFact {
  const plural = kind === 'BackendTLSPolicy' ? 'backendtlspolicies' : `${kind.toLowerCase()}${kind.endsWith('ss') ? 'es' : 's'}`;
  return { name: `${plural}.gateway.networking.k8s.io`, group: 'gateway.networking.k8s.io', kind, release: 'v1.7.0', channel: 'experimental', served: ['v1'], ...more };
}

const allCrds = [...standard, 'BackendTLSPolicy'].map((it) => crd(it));

const gateway: GatewayFact = {
  namespace: 'prod', name: 'web', className: 'postern', generation: 3, addresses: ['192.0.2.7'],
  conditions: [condition('Accepted', 'True'), condition('Programmed', 'True')],
  listeners: [{ name: 'http', conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'True'), condition('Programmed', 'True')] }],
  service: { name: 'web-postern', type: 'LoadBalancer', addresses: ['192.0.2.7'] },
  deployment: { name: 'web-postern', wanted: 2, ready: 2 }, pods: [],
};

const permission: PermissionFact = { account: 'postern-system/postern', group: 'gateway.networking.k8s.io', resource: 'gateways', verb: 'list', isAllowed: true };

const well = {
  server: { value: 'v1.36.3' },
  crds: { value: allCrds },
  controllers: { value: [{
    namespace: 'postern-system', name: 'postern', controllerName: 'postern.dev/gateway-controller', image: 'postern:0.1.0', serviceAccount: 'postern', wanted: 2, ready: 2,
    namespaces: [], pods: [], lease: { key: 'postern-system/postern', holder: 'postern-a-1', ageSeconds: 2 },
  }] },
  permissions: { value: [permission] },
  classes: { value: [{ name: 'postern', controllerName: 'postern.dev/gateway-controller', conditions: [condition('Accepted', 'True')] }] },
  gateways: { value: [gateway] },
  dataPlanes: { value: [{ gateway: 'prod/web', name: 'web-postern-1', state: 'in sync' }] },
} satisfies ClusterFacts;

function textOf(facts: Partial<ClusterFacts>): string {
  return doctorText(diagnose({ ...well, ...facts }), plain);
}

test('where all is well there is a line for each part', () => {
  assert.equal(textOf({}), `ok       API server: Kubernetes v1.36.3
ok       Gateway API: v1.7.0, channel experimental, 10 kinds
ok       Controller postern-system/postern: 2 of 2 ready, postern:0.1.0
ok       Lease postern-system/postern: held by postern-a-1
ok       Permissions of postern-system/postern: all 1 given
ok       GatewayClass postern: accepted
ok       Gateway prod/web: programmed, 192.0.2.7, 2 of 2 data planes ready
ok       Data planes: 1 have the newest configuration
all is well
`);
});

const lacking: Partial<GatewayFact> = { addresses: [], conditions: [condition('Accepted', 'True'), condition('Programmed', 'False', ['AddressNotAssigned', 'No address yet.'])] };
const controller = well.controllers.value[0]!;

/** What is wrong, and the lines that must say so. */
const cases: readonly (readonly [what: string, facts: Partial<ClusterFacts>, lines: readonly string[]])[] = [
  ['no API server', { server: { trouble: 'connect ECONNREFUSED 127.0.0.1:6443' } }, [
    'problem  API server: connect ECONNREFUSED 127.0.0.1:6443', '→ Name the cluster with --kubeconfig and --context.', '1 problem',
  ]],
  ['no Gateway API', { crds: { value: [] } }, ['problem  Gateway API: its kinds are not known to the API server', '→ postern install --gateway-api']],
  ['a kind that is missing', { crds: { value: allCrds.filter((it) => it.kind !== 'TCPRoute') } }, ['warning  Gateway API: TCPRoute not known to the API server, so objects of these kinds do nothing']],
  ['no HTTPRoute', { crds: { value: allCrds.filter((it) => it.kind !== 'HTTPRoute') } }, ['problem  Gateway API: HTTPRoute not known to the API server']],
  ['an older release', { crds: { value: allCrds.map((it) => ({ ...it, release: 'v1.4.0' })) } }, ['warning  Gateway API: v1.4.0, channel experimental, 10 kinds: older than v1.7.0']],
  ['a newer release', { crds: { value: allCrds.map((it) => ({ ...it, release: 'v1.8.0' })) } }, ['note     Gateway API: v1.8.0, channel experimental, 10 kinds: newer than v1.7.0', 'all is well']],
  ['two channels', { crds: { value: allCrds.map((it) => (it.kind === 'Gateway' ? { ...it, channel: 'standard' } : it)) } }, ['a mixture (Gateway)', '→ Install one release of one channel.']],
  ['a kind of which v1 is not served', { crds: { value: allCrds.map((it) => (it.kind === 'TLSRoute' ? { ...it, served: ['v1alpha3'] } : it)) } }, ['warning  Gateway API: TLSRoute: v1 is not served']],
  ['definitions that may not be read', { crds: { trouble: 'customresourcedefinitions is forbidden' } }, ['warning  CustomResourceDefinitions: cannot be read: customresourcedefinitions is forbidden']],
  ['no controller', { controllers: { value: [] }, classes: { value: [] }, permissions: { value: [] }, gateways: { value: [] } }, ['problem  Controller: there is none in this cluster', '→ Install one: postern install']],
  ['an image that cannot be pulled', { controllers: { value: [{ ...controller, ready: 0, pods: [{ name: 'postern-x', isReady: false, because: 'ImagePullBackOff: no such image' }] }] } }, [
    'problem  Controller postern-system/postern: 0 of 2 ready; not ready: postern-x (ImagePullBackOff: no such image)', '→ kubectl -n postern-system logs deployment/postern',
  ]],
  ['a lease that nobody holds', { controllers: { value: [{ ...controller, lease: { key: 'a/b', holder: '', ageSeconds: 0 } }] } }, ['problem  Lease a/b: nobody holds it, so nobody writes to the cluster']],
  ['a holder that is gone', { controllers: { value: [{ ...controller, lease: { key: 'a/b', holder: 'gone', ageSeconds: 90 } }] } }, ['problem  Lease a/b: gone has not renewed it for 90 s']],
  ['a right that is missing', { permissions: { value: [permission, { ...permission, verb: 'patch', resource: 'gateways/status', namespace: 'prod', isAllowed: false }] } }, [
    'problem  Permissions of postern-system/postern: may not patch gateways/status.gateway.networking.k8s.io in prod',
  ]],
  ['a class that nobody looked at', { classes: { value: [{ ...well.classes.value[0]!, conditions: [condition('Accepted', 'Unknown', ['Pending', 'Waiting for controller'])] }] } }, ['problem  GatewayClass postern: no controller has looked at it']],
  ['a class of another controller', { classes: { value: [{ name: 'eg', controllerName: 'other.example/c', conditions: [] }] } }, ['problem  GatewayClasses: none with controllerName postern.dev/gateway-controller']],
  ['no load balancer', { gateways: { value: [{ ...gateway, ...lacking, service: { name: 'web-postern', type: 'LoadBalancer', addresses: [] } }] } }, [
    'problem  Gateway prod/web: not programmed: AddressNotAssigned: No address yet. Service web-postern waits for an address.', '→ Something must give addresses to Services of type LoadBalancer',
  ]],
  ['pods that do not start', { gateways: { value: [{ ...gateway, conditions: lacking.conditions!, deployment: { name: 'web-postern', wanted: 2, ready: 0 }, pods: [{ name: 'p', isReady: false, because: 'CrashLoopBackOff' }] }] } }, [
    'No data plane is ready: CrashLoopBackOff.', '→ kubectl -n prod describe pods -l gateway.networking.k8s.io/gateway-name=web',
  ]],
  ['one of two data planes', { gateways: { value: [{ ...gateway, deployment: { name: 'web-postern', wanted: 2, ready: 1 }, pods: [{ name: 'p', isReady: true }, { name: 'q', isReady: false }] }] } }, [
    'ok       Gateway prod/web: programmed, 192.0.2.7, 1 of 2 data planes ready', 'warning  Data planes of prod/web: 1 of 2 not in sync: q',
  ]],
  ['a configuration that was refused', { dataPlanes: { value: [{ gateway: 'prod/web', name: 'p', state: 'refused', message: 'port 80: EADDRINUSE' }, { gateway: 'prod/web', name: 'q', state: 'behind' }] } }, [
    'problem  Data plane p of prod/web: goes on with an older configuration: port 80: EADDRINUSE', '→ kubectl -n prod logs p', 'warning  Data plane q of prod/web: has not taken the newest configuration yet',
  ]],
  ['a status of yesterday', { gateways: { value: [{ ...gateway, generation: 5 }] } }, ['problem  Gateway prod/web: its status speaks of generation 3, and it is at 5']],
  ['a listener without its certificate', { gateways: { value: [{ ...gateway, listeners: [{ name: 'https', conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'False', ['InvalidCertificateRef', 'Secret shop is missing.'])] }] }] } }, [
    'problem  Listener prod/web https: ResolvedRefs is False: InvalidCertificateRef: Secret shop is missing.',
  ]],
];

for (const [what, facts, lines] of cases) {
  test(`the doctor sees ${what}`, () => {
    const text = textOf(facts);
    for (const line of lines) assert.ok(text.includes(line), `${line}\nis not in\n${text}`);
    const isWell = lines.at(-1) === 'all is well';
    assert.equal(text.endsWith('all is well\n'), isWell, text);
  });
}
