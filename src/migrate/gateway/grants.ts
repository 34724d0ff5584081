import { gatewayApi, type MadeObject } from './object.ts';

/** A reference from one namespace into another. */
export interface Crossing {
  readonly from: { readonly kind: string; readonly namespace: string };
  readonly to: { readonly kind: 'Secret' | 'Service' | 'ConfigMap'; readonly namespace: string; readonly name: string };
}

/** One ReferenceGrant for each kind and namespace that refers, in each namespace that is referred to; each names what it opens. */
export function grantsOf(crossings: readonly Crossing[]): MadeObject[] {
  const needed = crossings.filter(({ from, to }) => from.namespace !== to.namespace);
  return [...Map.groupBy(needed, ({ from, to }) => `${to.namespace} ${from.kind} ${from.namespace}`).values()].map((group): MadeObject => {
    const { from, to } = group[0] as Crossing;
    const targets = [...new Map(group.map((it) => [`${it.to.kind} ${it.to.name}`, it.to])).values()].toSorted((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
    return {
      about: [`${from.kind}s of namespace ${from.namespace} refer to ${targets.length === 1 ? `${to.kind} ${to.name}` : 'these'}`],
      object: {
        apiVersion: gatewayApi, kind: 'ReferenceGrant', metadata: { name: `${from.kind.toLowerCase()}s-of-${from.namespace}`, namespace: to.namespace },
        spec: { from: [{ group: 'gateway.networking.k8s.io', kind: from.kind, namespace: from.namespace }], to: targets.map(({ kind, name }) => ({ group: '', kind, name })) },
      },
    };
  });
}
