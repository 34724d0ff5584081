import type { ObjectRef, Origin } from '../../contract/index.ts';
import type { Candidate, Mismatch } from '../../ir/index.ts';
import type { Modeled } from '../../model/index.ts';
import { isAddress } from '../asked.ts';
import { type Known, objectOf } from '../known.ts';
import { addItem, type Change, setField } from './change.ts';

interface RouteSpec {
  readonly spec: {
    readonly hostnames?: readonly string[];
    readonly parentRefs?: readonly object[];
    readonly rules?: readonly { readonly matches?: readonly { readonly path?: { readonly type?: string; readonly value?: string } }[]; readonly backendRefs?: readonly object[] }[];
  };
}

/** As many routes as a person would think of. */
const mostRoutes = 3;

/** The host is added to one of the routes that are there for other hosts. */
export function hostnameChanges(candidates: readonly Candidate[], host: string, known: Known): Change[] {
  if (isAddress(host) || host === '') return [];
  const routes = new Map(candidates.flatMap(({ route }) => {
    const origin = known.ir.routes[route]?.origin;
    const object = origin === undefined ? undefined : objectOf(known, origin);
    return object === undefined ? [] : [[object.key, object as Modeled<RouteSpec>] as const];
  }));
  return [...routes.values()].slice(0, mostRoutes).map((it) => addItem(it, ['spec', 'hostnames'], it.object.spec.hostnames ?? [], host));
}

/** The route is attached to the listener too. */
export function attachmentChanges(route: Modeled<unknown>, owner: ObjectRef, section: string): Change[] {
  const parent = { ...(owner.kind === 'Gateway' ? {} : { kind: owner.kind }), name: owner.name, ...(owner.namespace === route.ref.namespace ? {} : { namespace: owner.namespace }), sectionName: section };
  return [addItem(route, ['spec', 'parentRefs'], (route as Modeled<RouteSpec>).object.spec.parentRefs ?? [], parent)];
}

/** The first backendRef gets a weight. */
export function weightChanges({ rule = 0, ...ref }: Origin, known: Known): Change[] {
  const route = objectOf(known, ref) as Modeled<RouteSpec> | undefined;
  const hasBackends = (route?.object.spec.rules?.[rule]?.backendRefs ?? []).length > 0;
  return route === undefined || !hasBackends ? [] : [setField(route, ['spec', 'rules', rule, 'backendRefs', 0, 'weight'], 1)];
}

/** What a path was likely meant to be: of an exact one that the request goes below a prefix, of a pattern of a shell the prefix, of a part of a path all of it. */
export function pathChanges({ rule = 0, match = 0, ...ref }: Origin, { part, seen = '' }: Mismatch, known: Known): Change[] {
  const route = objectOf(known, ref) as Modeled<RouteSpec> | undefined;
  if (route === undefined || part !== 'path') return [];
  const path = route.object.spec.rules?.[rule]?.matches?.[match]?.path ?? {};
  return likelyPaths(path, seen).map(([field, value]) => setField(route, ['spec', 'rules', rule, 'matches', match, 'path', field], value));
}

function likelyPaths({ type = 'PathPrefix', value = '/' }: { readonly type?: string; readonly value?: string }, seen: string): [field: string, value: string][] {
  switch (type) {
    case 'RegularExpression': return wholePaths(value).map((it) => ['value', it]);
    case 'PathPrefix': return value.endsWith('/*') ? [['value', value.slice(0, -2) || '/']] : [];
    default: return seen.startsWith(`${value}/`) ? [['type', 'PathPrefix']] : [];
  }
}

/** Expressions of nginx and of most languages look for a part; these say the same of a whole path. */
function wholePaths(expression: string): string[] {
  const bare = expression.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  return [...(expression.startsWith('^') || expression.startsWith('/') ? [`${bare}.*`] : []), ...(expression.startsWith('^') ? [] : [`.*${bare}`, `.*${bare}.*`])];
}
