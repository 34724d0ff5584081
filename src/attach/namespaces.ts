import type { Model } from '../model/index.ts';
import { selects, type LabelSelector } from './label-selector.ts';

/** Who may attach: `None`, `Same`, `All` or by the labels of the namespace. */
export interface NamespacePolicy {
  readonly from?: string;
  readonly selector?: LabelSelector;
}

/** Does `policy`, written in namespace `home`, admit objects of `namespace`? */
export function admitsNamespace(policy: NamespacePolicy | undefined, home: string, namespace: string, model: Model): boolean {
  switch (policy?.from) {
    case 'All': return true;
    case 'Same': return namespace === home;
    case 'Selector': return policy.selector !== undefined && selects(policy.selector, labelsOf(namespace, model));
    default: return false;
  }
}

/** Every namespace carries its name as a label, whether a manifest says so or not (Kubernetes 1.21 and newer). */
function labelsOf(namespace: string, model: Model): ReadonlyMap<string, string> {
  const labels = model.objects.Namespace.get(namespace)?.object.metadata.labels ?? {};
  return new Map([...Object.entries(labels), ['kubernetes.io/metadata.name', namespace]]);
}

/** `namespaces.from Selector` and the like, for messages. */
export function describePolicy(policy: NamespacePolicy | undefined): string {
  return policy?.from === 'Selector' ? 'a namespace selector' : `namespaces.from ${policy?.from ?? 'None'}`;
}
