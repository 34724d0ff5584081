import type { ObjectRef } from '../contract/index.ts';
import type { Model } from '../model/index.ts';

/** A kind in a namespace that wants to refer to something. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** Answers whether a reference across namespaces is granted. */
export interface ReferenceGrants {
  permits(from: Referrer, to: ObjectRef): boolean;
}

/** Indexes the grants by the namespace that gives them (spec: ReferenceGrant). References inside a namespace need none. */
export function referenceGrants(model: Pick<Model, 'objects'>): ReferenceGrants {
  const byNamespace = new Map<string, ReturnType<typeof specOf>[]>();
  for (const { object, ref } of model.objects.ReferenceGrant.values()) {
    const grants = byNamespace.get(ref.namespace);
    if (grants === undefined) byNamespace.set(ref.namespace, [specOf(object)]);
    else grants.push(specOf(object));
  }
  return {
    permits: (from, to) => from.namespace === to.namespace || (byNamespace.get(to.namespace) ?? []).some((grant) => grants(grant, from, to)),
  };
}

type Grant = Model['objects']['ReferenceGrant'] extends ReadonlyMap<string, { object: infer O }> ? O : never;

function specOf(grant: Grant): Grant['spec'] {
  return grant.spec;
}

function grants(spec: Grant['spec'], from: Referrer, to: ObjectRef): boolean {
  return spec.from.some((it) => it.group === from.group && it.kind === from.kind && it.namespace === from.namespace)
    && spec.to.some((it) => it.group === to.group && it.kind === to.kind && (it.name === undefined || it.name === '' || it.name === to.name));
}
