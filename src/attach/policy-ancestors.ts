import type { BackendNode, BackendTlsPolicyNode, RouteNode } from './graph.ts';
import { refKey } from '../contract/index.ts';

/** The Gateways whose routes lead to the Services that a policy targets: the ancestors of its status (GEP-713), by key. */
export function withAncestors(nodes: readonly BackendTlsPolicyNode[], routes: readonly RouteNode[], backends: ReadonlyMap<string, BackendNode>): BackendTlsPolicyNode[] {
  const gateways = gatewaysByService(routes, backends);
  return nodes.map((node) => {
    const targets = node.policy.object.spec.targetRefs.filter(({ group, kind }) => group === '' && kind === 'Service');
    const found = targets.flatMap(({ name }) => [...gateways.get(refKey({ group: '', kind: 'Service', namespace: node.ref.namespace, name })) ?? []]);
    return { ...node, ancestors: [...new Set(found)].sort() };
  });
}

function gatewaysByService(routes: readonly RouteNode[], backends: ReadonlyMap<string, BackendNode>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const route of routes) {
    const gateways = route.parents.filter((it) => it.accepted.ok).map((it) => it.gateway);
    for (const { backend } of route.rules.flatMap((it) => [...it.backends, ...it.mirrors ?? []])) {
      const service = backend === undefined ? undefined : backends.get(backend)?.service;
      if (service === undefined) continue;
      const known = found.get(refKey(service)) ?? new Set();
      found.set(refKey(service), known);
      for (const gateway of gateways) known.add(gateway);
    }
  }
  return found;
}
