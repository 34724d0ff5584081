import type { GatewayChoice } from './gateway-choice.ts';
import { httpName, type ListenerDraft } from './listeners.ts';
import { slugOf } from './names.ts';
import type { Piece, Side } from './piece.ts';
import type { ServerPlan } from './plan.ts';
import type { Parent, RouteDraft } from './routes.ts';

export type ParentOf = (section: string) => Parent;

/** Who holds a listener, as routes name it; a single listener of a Gateway need not be named. */
export function parentsIn(groups: readonly (readonly ListenerDraft[])[], choice: GatewayChoice): ParentOf {
  const isOnly = groups.flat().length === 1;
  const holders = new Map(groups.flatMap((group, index) => group.map(({ name }) => [name, index] as const)));
  return (section) => {
    const index = holders.get(section) ?? 0;
    const holder = index === 0 ? { name: choice.name } : { group: 'gateway.networking.k8s.io', kind: 'ListenerSet' as const, name: nameOfSet(choice, index) };
    return { ...holder, namespace: choice.namespace, ...(isOnly ? {} : { sectionName: section }) };
  };
}

/** The name of the ListenerSet that takes what the holders before it do not. */
export function nameOfSet({ name }: GatewayChoice, index: number): string {
  return `${name}-${index + 1}`;
}

/** A route does not name the namespace of its parent where that is its own. */
export function homed(draft: RouteDraft, { namespace }: GatewayChoice): RouteDraft {
  if (draft.ingress.ref.namespace !== namespace) return draft;
  return { ...draft, hosts: draft.hosts.map(({ host, parents }) => ({ host, parents: parents.map(({ namespace: _namespace, ...rest }) => rest) })) };
}

/** The rules of a server with the places where they are served. */
export function draftsOf(plan: ServerPlan, parentOf: ParentOf): RouteDraft[] {
  const { pieces, names, server, secrets } = plan;
  const parentsFor = (side: Side, host: string): Parent[] => [
    ...(side === 'https' ? [] : [parentOf(httpName(plan, host))]),
    ...(side === 'http' || server.isPassthrough || !secrets.has(host) ? [] : [parentOf(`https-${slugOf(host)}`)]),
  ];
  const groups = [...Map.groupBy(pieces, ({ ingress, kind, side, rule }) => `${ingress.key} ${kind} ${side} ${isToHttps({ rule })}`).values()];
  const rules = groups.flatMap((group): RouteDraft[] => names.map((host): RouteDraft => {
    const { ingress, kind, side, rule } = group[0] as Piece;
    return { ingress, kind, purpose: isToHttps({ rule }) ? 'to-https' : 'rules', hosts: [{ host, parents: parentsFor(side, host) }], pieces: group };
  })).filter(({ hosts }) => hosts.every(({ parents }) => parents.length > 0));
  return [...rules, ...wwwOf(plan, parentsFor)];
}

function isToHttps({ rule: { filters = [] } }: Pick<Piece, 'rule'>): boolean {
  return filters.some(({ requestRedirect }) => (requestRedirect as { scheme?: string } | undefined)?.scheme === 'https' && Object.keys(requestRedirect as object).length === 2);
}

function wwwOf({ server: { host, wwwFrom, wwwBy: owner, redirectCode } }: ServerPlan, parentsFor: (side: Side, host: string) => Parent[]): RouteDraft[] {
  if (wwwFrom === undefined || owner === undefined) return [];
  const rule = { matches: [{ path: { type: 'PathPrefix' as const, value: '/' } }], filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: host, statusCode: redirectCode } }] };
  return [{ ingress: owner, kind: 'HTTPRoute', purpose: 'www', hosts: [{ host: wwwFrom, parents: parentsFor('both', wwwFrom) }], pieces: [{ ingress: owner, kind: 'HTTPRoute', side: 'both', rule, because: [] }] }];
}
