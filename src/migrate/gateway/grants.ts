import { gatewayApi, type MadeObject } from './object.ts';

/** A reference from one namespace into another. */
export interface Crossing {
  readonly from: { readonly kind: string; readonly namespace: string };
  readonly to: { readonly kind: 'Secret' | 'Service' | 'ConfigMap'; readonly namespace: string; readonly name: string };
}

/** As many as a ReferenceGrant takes. */
const mostTargets = 16;

/** ReferenceGrants for each kind and namespace that refers, in each namespace that is referred to; each names what it opens. */
export function grantsOf(crossings: readonly Crossing[]): MadeObject[] {
  const needed = crossings.filter(({ from, to }) => from.namespace !== to.namespace);
  return [...Map.groupBy(needed, ({ from, to }) => `${to.namespace} ${from.kind} ${from.namespace}`).values()].flatMap((group) => {
    const targets = [...new Map(group.map(({ to }) => [`${to.kind} ${to.name}`, to])).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, to]) => to);
    const parts = Array.from({ length: Math.ceil(targets.length / mostTargets) }, (_, index) => targets.slice(index * mostTargets, (index + 1) * mostTargets));
    return parts.map((part, index) => grantOf((group[0] as Crossing).from, part, index === 0 ? '' : `-${index + 1}`));
  });
}

function grantOf(from: Crossing['from'], targets: readonly Crossing['to'][], suffix: string): MadeObject {
  const [first] = targets;
  return {
    about: [`${from.kind}s of namespace ${from.namespace} refer to ${targets.length === 1 ? `${first?.kind} ${first?.name}` : 'these'}`],
    object: {
      apiVersion: gatewayApi, kind: 'ReferenceGrant', metadata: { name: `${from.kind.toLowerCase()}s-of-${from.namespace}${suffix}`, ...(first === undefined ? {} : { namespace: first.namespace }) },
      spec: { from: [{ group: 'gateway.networking.k8s.io', kind: from.kind, namespace: from.namespace }], to: targets.map(({ kind, name }) => ({ group: '', kind, name })) },
    },
  };
}
