import type { StatusDocument } from '../status/index.ts';

/** The documents as Kubernetes objects with nothing but their status. */
export function statusObjects(documents: readonly StatusDocument[]): object[] {
  return documents.map(({ apiVersion, ref, generation, status }) => ({
    apiVersion,
    kind: ref.kind,
    metadata: { name: ref.name, ...(ref.namespace === '' ? {} : { namespace: ref.namespace }), generation },
    status,
  }));
}

/** Multi-document YAML. */
export async function statusYaml(documents: readonly StatusDocument[]): Promise<string> {
  const { stringify } = await import('yaml');
  return statusObjects(documents).map((it) => stringify(it, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
