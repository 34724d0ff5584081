import type { BackendTlsPolicyNode } from './graph.ts';
import type { LiveBackends } from './live-backends.ts';

/** Adds the Gateways whose routes or spans lead to the Services that a policy targets: the ancestors of its status (GEP-713), by key. */
export function withAncestors(node: BackendTlsPolicyNode, backends: Pick<LiveBackends, 'gatewaysUsing'>): BackendTlsPolicyNode {
  const targets = node.policy.object.spec.targetRefs.filter(({ group, kind }) => group === '' && kind === 'Service');
  const found = targets.flatMap(({ name }) => backends.gatewaysUsing({ group: '', kind: 'Service', namespace: node.ref.namespace, name }));
  return { ...node, ancestors: [...new Set(found)].sort() };
}
