import type { Check, Scenario } from './check.ts';
import { namedOnCluster, stepWaitsOnCluster, waitsOnCluster } from './cluster/waits.ts';
import type { Stage } from './stage.ts';

const cluster = 'needs a cluster (npm run scenarios -- --cluster)';
const copies = 'demo backends do not tell which copies reached them; the conformance tests of mirrors count them';
const envoy = 'the Envoy fleet (issue 6)';
const mesh = 'routes with a Service as parent (mesh issue)';

/** Kinds of checks that no single process can answer, by the key that holds them. */
const byKind: Readonly<Record<string, string>> = {
  resource: cluster, rbac: cluster, dns: cluster, conformance: cluster, envoy,
};

/** Checks that wait for another issue, by scenario and name. `*` holds for every check that the scenario does not name. */
const byName: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '00-cluster-setup': {
    'the controller starts before the Gateway API CRDs exist': cluster,
    'a GatewayClass is there right after the install': cluster,
    'GatewayClass conditions': cluster,
    'a status command that waits until every component is healthy': cluster,
    'a command that prints the effective configuration': cluster,
    'a self test against the running installation': cluster,
    'works in a kind cluster with three nodes and MetalLB v0.13 or v0.14': cluster,
  },
  '04-helloworld-one-service': { 'through a port-forward to the Service, Host header without a port': cluster },
  '06-echoserver-paths': { 'X-Envoy-Internal marks a private client (Envoy fleet only)': envoy },
  '08-echo-basic': {
    'the Gateway takes the Service\'s host name as its address': cluster,
    'no address yet': cluster,
  },
  '10-echo-tls-cert-manager': {
    'the standalone reader replaces variables when told to': 'optional: envsubst or kustomize replaces variables before Postern reads',
  },
  '11-https-redirect': { 'a redirect attached to both listeners would send HTTPS back to itself': 'redirect loops in lint (issue 7)' },
  '13-shared-platform-gateway': { 'the host name is read from the Service as in the seed': cluster },
  '15-header-filters': { 'the client\'s public address is passed on (Envoy fleet)': envoy },
  '17-cloud-lb-and-dns': { '*': cluster },
  '18-lb-address-pools': {
    'MetalLB gives the address, the Gateway shows it': cluster,
    'every Gateway has an address of its own': cluster,
    'a wished address is used': cluster,
    'no pool at all': cluster,
    'a pool without advertisement still programs the Gateway': cluster,
    'the address changes with the Service': cluster,
  },
  '19-flux-gitops': {
    'everything comes up in one go, in any order': cluster,
    'no drift, so Flux finds nothing to change back': cluster,
    'removing an app by Git removes its infrastructure': cluster,
    'CRDs installed once by hand are taken over by Flux later': cluster,
  },
  '20-multi-class-switch': { 'Postern writes only its own parent entry and keeps those of others': cluster },
  '21-ingress-migration': {
    'in a cluster Postern does not claim Ingress objects': cluster,
  },
  '22-advanced-traffic': {
    'everyone else stays on v1': copies,
    'a tenth is mirrored': copies,
    'rate limiting, which no Gateway API field offers': 'policies of Postern\'s own (policy issue)',
    'fault injection, if that is what the slide means by injection': 'policies of Postern\'s own (policy issue)',
    'a custom resource linked from a route': 'policies of Postern\'s own (policy issue)',
  },
  '24-gamma-mesh': { '*': mesh },
  '25-crd-versions': {
    'each bundle of bundles.yaml gets its answer on the GatewayClass': cluster,
    'only the standard channel is installed': cluster,
    'kinds that arrive later are picked up': cluster,
    'the seeds\' install command skips when CRDs are present': cluster,
    'the seeds\' older bundles are refused on top of v1.7': cluster,
    'the listing of the CRDs': cluster,
  },
  '26-config-pipeline': {
    'the chain is visible from resource to proxy': envoy,
    'a new pod reaches the proxy as an endpoint update only': envoy,
    'the proxy refuses a configuration': envoy,
  },
  '27-dataplane-separation': { '*': cluster },
  '28-telemetry': { 'the controller counts too': cluster },
  '29-conformance': { 'the class lists what it supports': cluster },
};

/** kubectl commands about objects that only a cluster has. */
const clusterCommand = /^get (?:svc|service|pod|cert|crd)\b/;

/** Steps inside a check that wait, while its other steps run. */
const stepsThatWait: Readonly<Record<string, string>> = {
  'kubectl delete gateway eg': cluster,
  'kubectl delete gatewayclass eg while a Gateway of it exists': cluster,
};

/** Why a check is not run on a stage, or undefined where it is. */
export function waitsFor(scenario: Scenario, check: Check, stage: Stage['name']): string | undefined {
  if (check.coveredBy !== undefined) return `covered by ${check.coveredBy}`;
  if (stage === 'cluster') return waitsOnCluster(scenario, check);
  const named = byName[scenario.name]?.[check.name];
  if (named !== undefined) return named;
  if (clusterCommand.test(check.kubectl?.command ?? '')) return cluster;
  const kind = Object.keys(byKind).find((key) => key in check);
  return (kind === undefined ? undefined : byKind[kind]) ?? byName[scenario.name]?.['*'];
}

/** Why a step is not run on a stage. */
export function stepWaitsFor(action: string, stage: Stage['name']): string | undefined {
  return stage === 'cluster' ? stepWaitsOnCluster(action) : stepsThatWait[action];
}

/** Names in the table that no check has: a check was renamed or removed and its entry was left behind. */
export function staleWaits(scenarios: readonly Scenario[]): string[] {
  const stale: string[] = [];
  for (const [name, checks] of [...Object.entries(byName), ...Object.entries(namedOnCluster)]) {
    const known = new Set(scenarios.find((scenario) => scenario.name === name)?.checks.map((check) => check.name));
    for (const check of Object.keys(checks)) if (check !== '*' && !known.has(check)) stale.push(`${name}: ${check}`);
  }
  return stale;
}
