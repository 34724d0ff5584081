import type { Finding } from '../../contract/index.ts';
import type { HostRoutes, Ir, Listener, Route, RouteKey } from '../../ir/index.ts';
import { isSame, type Known } from '../known.ts';
import { ruleName } from '../names.ts';
import { decisionBetween } from '../precedence-words.ts';
import { EarlierMatches, isEqual } from './covering.ts';
import { findingAt } from './written-at.ts';

interface Place {
  readonly hostname: string;
  /** What takes all of its requests there; undefined where some are left. */
  readonly by: RouteKey | undefined;
}

/** Matches that never take a request, because others that come first take all of them, on every listener. */
export function shadowedRules(known: Known): Finding[] {
  const places = new Map<RouteKey, Place[]>();
  for (const listener of Object.values(known.ir.listeners)) {
    for (const hosts of byHostname(listener)) notePlaces(hosts, known.ir, places);
  }
  return [...places].flatMap(([route, all]) => {
    const [first] = all;
    return first === undefined || all.some(({ by }) => by === undefined) ? [] : [shadowedRule(route, first, known)];
  });
}

/** Hosts of one hostname come one after the other, since the hostnames that routes have were more or less specific. */
function byHostname({ hosts }: Listener): HostRoutes[][] {
  const groups = new Map<string, HostRoutes[]>();
  for (const host of hosts) groups.set(host.hostname, [...(groups.get(host.hostname) ?? []), host]);
  return [...groups.values()];
}

function notePlaces(hosts: readonly HostRoutes[], { routes }: Ir, places: Map<RouteKey, Place[]>): void {
  const earlier = new EarlierMatches();
  for (const { hostname, routes: keys } of hosts) {
    for (const route of keys) {
      const { match } = routes[route] as Route;
      const place = { hostname, by: earlier.coveringOf(match)?.route };
      earlier.add({ route, match });
      const known = places.get(route);
      if (known === undefined) places.set(route, [place]);
      else known.push(place);
    }
  }
}

function shadowedRule(route: RouteKey, { hostname, by = '' }: Place, known: Known): Finding {
  const [late, first] = [known.ir.routes[route] as Route, known.ir.routes[by] as Route];
  const at = { ref: late.origin, path: ['spec', 'rules', late.origin.rule ?? 0, 'matches', late.origin.match ?? 0] };
  const host = hostname === '' ? '' : ` for ${hostname}`;
  if (isEqual(late.match, first.match) && !isSame(late.origin, first.origin)) {
    const { words } = decisionBetween(known, { hostname, route: by }, { hostname, route });
    return findingAt(known, 'tied-rule', at, {
      message: `${ruleName(late.origin)} never takes a request${host}: ${ruleName(first.origin)} asks for the same, and ${words.replace(/^all else is equal, and /, '')}.`,
      hint: 'Delete one of the two, or tell their matches apart; the same manifests may be decided the other way in another cluster.',
    });
  }
  return findingAt(known, 'shadowed-rule', at, {
    message: `${ruleName(late.origin)} never takes a request${host}: ${ruleName(first.origin)} comes before it and takes them all.`,
    hint: 'Delete it, or narrow the match that comes first.',
  });
}
