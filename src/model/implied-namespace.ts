import type { Namespace } from '../api/index.ts';
import type { Modeled } from './model.ts';

/** The label that a cluster gives every Namespace. */
const nameLabel = 'kubernetes.io/metadata.name';

/** A Namespace with the label that names it, which no user can change. */
export function withNameLabel(namespace: Namespace): Namespace {
  const { metadata } = namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [nameLabel]: metadata.name } } };
}

/** Namespaces that objects are in and no document defines; they were made by hand, as people do. */
export function* impliedNamespaces(objects: { readonly [kind: string]: ReadonlyMap<string, Modeled<unknown>> }): Generator<Modeled<Namespace>> {
  const known = new Set(objects['Namespace']?.keys());
  for (const table of Object.values(objects)) {
    for (const { ref: { namespace: name }, source } of table.values()) {
      if (name === '' || known.has(name)) continue;
      known.add(name);
      const object = withNameLabel({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      yield { ref: { group: '', kind: 'Namespace', namespace: '', name }, key: name, object, generation: 1, created: '', source };
    }
  }
}
