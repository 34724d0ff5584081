import type { Check, Scenario } from '../check.ts';

const envoy = 'the Envoy fleet (issue 6)';
const mesh = 'routes with a Service as parent (mesh issue)';
const policy = 'policies of Postern\'s own (policy issue)';

/** Checks that the run on a cluster leaves out, by scenario and name. `*` holds for every check of the scenario. */
export const namedOnCluster: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '00-cluster-setup': {
    'works in a kind cluster with three nodes and MetalLB v0.13 or v0.14': 'this cluster has one node; MetalLB\'s addresses are those of 18-lb-address-pools',
    'a command that prints the effective configuration': 'no such command yet (issue 7)',
    'a self test against the running installation': 'no such command yet (issue 7)',
  },
  '06-echoserver-paths': { 'X-Envoy-Internal marks a private client (Envoy fleet only)': envoy },
  '10-echo-tls-cert-manager': {
    'columns of kubectl get cert': 'cert-manager is not installed here',
    'the standalone reader replaces variables when told to': 'optional: envsubst or kustomize replaces variables before Postern reads',
  },
  '11-https-redirect': { 'a redirect attached to both listeners would send HTTPS back to itself': 'redirect loops in lint (issue 7)' },
  '15-header-filters': { 'the client\'s public address is passed on (Envoy fleet)': envoy },
  '17-cloud-lb-and-dns': { 'the seed\'s policy looks for a Service name that Postern does not use': 'a fragment that an API server refuses; docs/cluster.md has the label' },
  '22-advanced-traffic': {
    'rate limiting, which no Gateway API field offers': policy,
    'fault injection, if that is what the slide means by injection': policy,
    'a custom resource linked from a route': policy,
  },
  '24-gamma-mesh': { '*': mesh },
  '26-config-pipeline': {
    'the chain is visible from resource to proxy': envoy,
    'a new pod reaches the proxy as an endpoint update only': envoy,
    'the proxy refuses a configuration': envoy,
  },
};

/** Kinds of checks that the run leaves out, by the key that holds them. */
const byKind: Readonly<Record<string, string>> = {
  envoy, conformance: 'npm run conformance runs the official suite', policy,
};

/** Why a check is not run on a cluster, or undefined where it is. */
export function waitsOnCluster(scenario: Scenario, check: Check): string | undefined {
  const named = namedOnCluster[scenario.name];
  const kind = Object.keys(byKind).find((key) => key in check);
  return named?.[check.name] ?? named?.['*'] ?? (kind === undefined ? undefined : byKind[kind]);
}

/** Why a step is not taken on a cluster. */
export function stepWaitsOnCluster(action: string): string | undefined {
  return steps[action];
}

const steps: Readonly<Record<string, string>> = {
  'kubectl delete gatewayclass eg while a Gateway of it exists': 'optional: no finalizer on a GatewayClass in use',
};
