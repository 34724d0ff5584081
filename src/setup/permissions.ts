import type { Manifest } from './manifests.ts';

/** One thing that an account may do; a resource with its subresource as RBAC writes it, such as `gateways/status`. */
export interface Permission {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** Undefined: in all namespaces, or of an object in none. */
  readonly namespace?: string;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

/** Kinds that live in no namespace, of those that roles of ours speak of. */
const clusterWide: ReadonlySet<string> = new Set(['namespaces', 'nodes', 'gatewayclasses', 'gatewayclasses/status', 'clustertrustbundles', 'customresourcedefinitions', 'servicecidrs', 'tokenreviews']);

/**
 * What the ClusterRoles among these manifests allow. With `namespaces`, what is in namespaces is wanted in these alone, as the chart gives
 * it with `watchNamespaces`.
 */
export function permissionsIn(manifests: readonly Manifest[], namespaces: readonly string[] = []): Permission[] {
  const rules = manifests.filter((it) => it.kind === 'ClusterRole').flatMap((it) => (it['rules'] ?? []) as readonly Rule[]);
  return rules.flatMap(({ apiGroups = [], resources = [], verbs = [] }) => apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb): Permission[] => {
    if (namespaces.length === 0 || clusterWide.has(resource)) return [{ group, resource, verb }];
    return namespaces.map((namespace) => ({ group, resource, verb, namespace }));
  }))));
}
