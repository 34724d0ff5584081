import type { Manifest } from './manifests.ts';

/** One thing that an account may do; a resource with its subresource as RBAC writes it, such as `gateways/status`. */
export interface Permission {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** Of this object alone. */
  readonly name?: string;
  /** Undefined: in all namespaces, or of an object in none. */
  readonly namespace?: string;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Kinds that live in no namespace, of those that roles of ours speak of. */
const clusterWide: ReadonlySet<string> = new Set(['namespaces', 'nodes', 'gatewayclasses', 'gatewayclasses/status', 'clustertrustbundles', 'customresourcedefinitions', 'servicecidrs', 'tokenreviews']);

/**
 * What the ClusterRoles among these manifests allow. With `namespaces`, what is in namespaces is wanted in these alone, as the chart gives
 * it with `watchNamespaces`.
 */
export function permissionsIn(manifests: readonly Manifest[], namespaces: readonly string[] = []): Permission[] {
  const rules = manifests.filter((it) => it.kind === 'ClusterRole').flatMap((it) => (it['rules'] ?? []) as readonly Rule[]);
  return rules.flatMap((rule) => allowedBy(rule).flatMap((it): Permission[] => {
    if (namespaces.length === 0 || clusterWide.has(it.resource)) return [it];
    return namespaces.map((namespace) => ({ ...it, namespace }));
  }));
}

function allowedBy({ apiGroups = [], resources = [], verbs = [], resourceNames }: Rule): Permission[] {
  const names = resourceNames?.map((name) => ({ name })) ?? [{}];
  return apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb) => names.map((name) => ({ group, resource, verb, ...name })))));
}
