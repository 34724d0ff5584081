import type { BackendTlsPolicyNode, Graph } from './graph.ts';
import { refKey } from '../contract/index.ts';

type Referrers = Pick<Graph, 'gateways' | 'routes' | 'telemetryPolicies' | 'backends'>;

/** The Gateways whose routes or spans lead to the Services that a policy targets: the ancestors of its status (GEP-713), by key. */
export function withAncestors(nodes: readonly BackendTlsPolicyNode[], referrers: Referrers): BackendTlsPolicyNode[] {
  const gateways = gatewaysByService(referrers);
  return nodes.map((node) => {
    const targets = node.policy.object.spec.targetRefs.filter(({ group, kind }) => group === '' && kind === 'Service');
    const found = targets.flatMap(({ name }) => [...gateways.get(refKey({ group: '', kind: 'Service', namespace: node.ref.namespace, name })) ?? []]);
    return { ...node, ancestors: [...new Set(found)].sort() };
  });
}

function gatewaysByService({ gateways, routes, telemetryPolicies, backends }: Referrers): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const note = (backend: string | undefined, keys: readonly string[]): void => {
    const service = backend === undefined ? undefined : backends.get(backend)?.service;
    if (service === undefined) return;
    const known = found.get(refKey(service)) ?? new Set();
    found.set(refKey(service), known);
    for (const key of keys) known.add(key);
  };
  for (const route of routes) {
    const parents = route.parents.filter((it) => it.accepted.ok).map((it) => it.gateway);
    for (const { backend } of route.rules.flatMap((it) => [...it.backends, ...it.mirrors ?? [], ...it.auths ?? []])) note(backend, parents);
  }
  for (const [key, { listeners }] of gateways) {
    for (const { backend } of listeners.flatMap((it) => it.filters ?? [])) note(backend, [key]);
  }
  for (const { collector, targets } of telemetryPolicies) {
    note(collector, targets.filter((it) => it.accepted.ok).map(({ gateway }) => `${gateway.namespace}/${gateway.name}`));
  }
  return found;
}
