import type { Manifest, Manifests } from './manifests.ts';

type Edit = (manifests: Manifests, words: readonly string[]) => void;

/** What the words of `given` do to a copy of the manifests. A text that is not here cannot be tried in one process. */
const edits: readonly (readonly [pattern: RegExp, edit: Edit])[] = [
  [/^(Service|Secret) (\S+) (?:deleted|absent)$/, (manifests, [kind, name]) => remove(manifests, kind, name)],
  [/^manifests applied, (Secret) (\S+) absent$/, (manifests, [kind, name]) => remove(manifests, kind, name)],
  [/^(\S+) and (\S+) Services absent$/, (manifests, [one, two]) => {
    remove(manifests, 'Service', one);
    remove(manifests, 'Service', two);
  }],
  [/^Deployment (\S+) scaled to (\d+)$/, (manifests, [name = '', replicas]) => manifests.edit('Deployment', name, (object) => { object.spec.replicas = Number(replicas); })],
  [/^weight of (\S+) set to (\d+)$/, (manifests, [name, weight]) => setWeights(manifests, { [name ?? '']: Number(weight) })],
  [/^the same HTTPRoute created in namespace (\S+)$/, (manifests, [namespace]) => manifests.add('given.yaml', routeIn(manifests, namespace))],
  [/^the same HTTPRoute created in (\S+) instead of (\S+)$/, (manifests, [namespace]) => manifests.add('given.yaml', movedRoute(manifests, namespace))],
  [/^the same HTTPRoute in (\S+) with backendRefs.namespace (\S+) and no ReferenceGrant$/, (manifests, [namespace, home]) => {
    const route = movedRoute(manifests, namespace);
    for (const rule of route.spec.rules) for (const ref of rule.backendRefs) ref.namespace = home;
    manifests.add('given.yaml', route);
  }],
  [/^tls.crt in Secret (\S+)\/(\S+) replaced by text that is no certificate$/, (manifests, [, name = '']) => manifests.edit('Secret', name, (object) => {
    object.data = { ...object.data, 'tls.crt': Buffer.from('no certificate\n').toString('base64') };
  })],
  [/^standalone, Namespace objects removed from apps.yaml$/, (manifests) => manifests.remove((object) => object.kind === 'Namespace')],
  [/^the selector changed to matchLabels (\S+)=(\S+)$/, (manifests, [label = '', value]) => manifests.edit('Gateway', 'platform', (object) => {
    object.spec.listeners[0].allowedRoutes.namespaces.selector = { matchLabels: { [label]: value } };
  })],
  [/^metallb-192.168.10.yaml$/, (manifests) => manifests.removeFile('metallb-172.18.yaml')],
  // The next ones are of the cluster and no edit, describe the request, or are so in one process anyway.
  [/^kubectl port-forward of the generated Service in /, () => undefined],
  [/^nothing fills in the Service's load balancer status$|^MetalLB not installed$/, () => undefined],
  [/^the Service's status.loadBalancer.ingress holds hostname |^a load balancer that reports a host name$/, () => undefined],
  [/^another controller wrote a parent entry for |^an OTLP receiver behind |^an empty cluster, none of the |^v1.7.0 (?:standard )?bundle/, () => undefined],
  [/^two data plane replicas$/, () => undefined],
  [/^no spec.infrastructure on the Gateway, manifests\/kyverno-clusterpolicy.yaml/, (manifests) => manifests.edit('Gateway', 'echo', (object) => { delete object.spec.infrastructure; })],
  [/^external-dns with source |^13-shared-platform-gateway with external-dns$/, () => undefined],
  [/^parameters on the GatewayClass or on the Gateway/, () => undefined],
  [/^reviews-v1 waits 5 s before it answers/, () => undefined],
  [/^a client outside the cluster, through the LoadBalancer address$/, () => undefined],
  [/^cert-manager with Gateway API support on$/, () => undefined],
  [/^domain_name is cloud.ogenki.io$/, () => undefined],
];

/** The edit that a `given` text means, or undefined where the runner does not know it. */
export function editFor(given: string): ((manifests: Manifests) => void) | undefined {
  for (const [pattern, edit] of edits) {
    const words = pattern.exec(given);
    if (words !== null) return (manifests) => edit(manifests, words.slice(1));
  }
  return undefined;
}

/** Gives backendRefs of the HTTPRoutes other weights, by Service name or by the beginning of it. */
export function setWeights(manifests: Manifests, weights: Readonly<Record<string, number>>): void {
  let changed = 0;
  for (const route of manifests.objects.filter((object) => object.kind === 'HTTPRoute')) {
    manifests.edit('HTTPRoute', route.metadata.name, (object) => {
      for (const ref of object.spec.rules.flatMap((rule: { backendRefs?: { name: string }[] }) => rule.backendRefs ?? [])) {
        const weight = Object.entries(weights).find(([name]) => ref.name === name || ref.name.startsWith(`${name}-`))?.[1];
        if (weight === undefined) continue;
        ref.weight = weight;
        changed++;
      }
    });
  }
  if (changed === 0) throw new Error(`no backendRef is called ${Object.keys(weights).join(' or ')}`);
}

function remove(manifests: Manifests, kind: string | undefined, name: string | undefined): void {
  manifests.remove((object) => object.kind === kind && object.metadata.name === name);
}

function theRoute(manifests: Manifests): Manifest {
  const routes = manifests.objects.filter((object) => object.kind === 'HTTPRoute');
  if (routes.length !== 1 || routes[0] === undefined) throw new Error(`"the same HTTPRoute" is unclear among ${routes.length}`);
  return routes[0];
}

function routeIn(manifests: Manifests, namespace: string | undefined): Manifest {
  const route = structuredClone(theRoute(manifests));
  return { ...route, metadata: { ...route.metadata, ...(namespace === undefined ? {} : { namespace }) } };
}

function movedRoute(manifests: Manifests, namespace: string | undefined): Manifest {
  const route = routeIn(manifests, namespace);
  const original = theRoute(manifests);
  manifests.remove((object) => object === original);
  return route;
}
