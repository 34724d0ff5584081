import type { RouteNode } from '../attach/index.ts';
import type { Match } from '../ir/index.ts';
import { lowerMatch, matchesOf } from './match.ts';
import { rulesOf } from './routes.ts';

/** One match of a rule, in a proxy's words. */
export interface RouteMatch {
  readonly rule: number;
  readonly index: number;
  readonly match: Match;
}

/** All matches of an HTTPRoute or GRPCRoute, whether anything leads to it or not. */
export function routeMatches(route: Pick<RouteNode, 'kind' | 'route'>): RouteMatch[] {
  return rulesOf(route).flatMap((rule, at) => matchesOf(rule).map((match, index) => ({ rule: at, index, match: lowerMatch(match) })));
}
