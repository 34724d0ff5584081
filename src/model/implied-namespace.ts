import type { Namespace } from '../api/index.ts';
import type { SourceObject } from '../contract/index.ts';
import type { Modeled } from './model.ts';

/** The label that a cluster gives every Namespace. */
const nameLabel = 'kubernetes.io/metadata.name';

/** A Namespace with the label that names it, which no user can change. */
export function withNameLabel(namespace: Namespace): Namespace {
  const { metadata } = namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [nameLabel]: metadata.name } } };
}

/** A Namespace that nobody defines; `source` is a document of an object that is in it. */
export function impliedNamespace(name: string, source: SourceObject): Modeled<Namespace> {
  const object = withNameLabel({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return { ref: { group: '', kind: 'Namespace', namespace: '', name }, key: name, object, generation: 1, created: '', source };
}
