/** Names one object of a namespace, by what its manifest says. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
}

/** Who we are to the API server when it records who set which field. */
export const fieldManager = 'postern';

const plurals: Readonly<Record<string, string>> = {
  ServiceAccount: 'serviceaccounts', ConfigMap: 'configmaps', Secret: 'secrets', Deployment: 'deployments', Service: 'services',
  PodDisruptionBudget: 'poddisruptionbudgets', HorizontalPodAutoscaler: 'horizontalpodautoscalers',
};

/** Where the objects of a kind are in paths. */
export function pluralOf(kind: string): string {
  return plurals[kind] ?? `${kind.toLowerCase()}s`;
}

export function objectPath({ apiVersion, kind, metadata: { namespace, name } }: ObjectName): string {
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${pluralOf(kind)}/${encodeURIComponent(name)}`;
}
