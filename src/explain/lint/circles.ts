import type { Finding } from '../../contract/index.ts';
import type { Listener, Route, RouteKey } from '../../ir/index.ts';
import { readAsked } from '../asked.ts';
import { casesOf } from '../cases-of.ts';
import type { DataPlane, Known } from '../known.ts';
import { gatewayOf, ruleName } from '../names.ts';
import { circleOf } from '../redirects.ts';
import { findingAt } from './written-at.ts';

/** Redirects that lead back to where they began. For each one request that meets its match is followed, as a client would. */
export function redirectCircles(known: Known, plane: DataPlane): Finding[] {
  const seen = new Set<RouteKey>();
  return Object.values(known.ir.listeners).flatMap((listener) => listener.hosts.flatMap(({ hostname, routes }) => routes.flatMap((key): Finding[] => {
    const route = known.ir.routes[key] as Route;
    if (route.action.kind !== 'redirect' || seen.has(key)) return [];
    const circle = circleFrom(listener, { hostname, route, key }, known, plane);
    if (circle === undefined) return [];
    seen.add(key);
    return [findingAt(known, 'redirect-loop', { ref: route.origin, path: ['spec', 'rules', route.origin.rule ?? 0, 'filters'] }, {
      message: `${ruleName(route.origin)} redirects in a circle: ${[...circle, circle[0]].join(' → ')}.`,
      hint: 'Attach the redirect to the listener that is left alone (sectionName in parentRefs), or change what it redirects to.',
    })];
  })));
}

interface Redirecting {
  readonly hostname: string;
  readonly route: Route;
  readonly key: RouteKey;
}

function circleFrom(listener: Listener, { hostname, route: { match }, key }: Redirecting, known: Known, plane: DataPlane): readonly string[] | undefined {
  // A request for an expression would have to be guessed.
  if ([match.path, ...match.headers ?? [], ...match.query ?? []].some(({ kind }) => kind === 'regex')) return undefined;
  const { namespace, name } = gatewayOf(listener.origin);
  const query = (match.query ?? []).map((it) => `${encodeURIComponent(it.name)}=${encodeURIComponent(it.value)}`).join('&');
  const host = hostname === '' ? 'www.example.com' : hostname.replace('*', 'www');
  const asked = readAsked({
    method: match.method ?? 'GET', headers: (match.headers ?? []).map(({ name: header, value }) => ({ name: header, value })), gateway: `${namespace}/${name}`,
    url: `${listener.protocol}://${host}:${listener.port}${match.path.value === '' ? '/' : match.path.value}${query === '' ? '' : `?${query}`}`,
  });
  if (typeof asked === 'string') return undefined;
  const takes = casesOf(asked, known, plane, 'outcome')[0]?.rehearsal.route === key;
  const circle = takes ? circleOf(asked, (next) => casesOf(next, known, plane, 'outcome')[0]?.rehearsal.outcome) : undefined;
  return circle?.map((it) => it.replace(/^\S+ /, ''));
}
