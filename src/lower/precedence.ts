import type { Match } from '../ir/index.ts';

/** One match of one rule, ready to be ordered among those of all routes on a hostname. */
export interface Ranked {
  readonly match: Match;
  /** Place of its route among all routes: oldest first, then by name. */
  readonly age: number;
  readonly rule: number;
  readonly index: number;
}

/**
 * The only home of HTTPRoute precedence (spec: HTTPRouteRule.matches): exact path, then regular expression (where the spec leaves
 * the choice: longer pattern first), then longest prefix; method; most headers; most query parameters; oldest route; first by
 * `namespace/name`; first rule; first match. A total order over distinct matches.
 */
export function comparePrecedence(a: Ranked, b: Ranked): number {
  return compareMatches(a.match, b.match)
    || a.age - b.age
    || a.rule - b.rule
    || a.index - b.index;
}

function compareMatches(a: Match, b: Match): number {
  return pathRank(b) - pathRank(a)
    || b.path.value.length - a.path.value.length
    || Number(b.method !== undefined) - Number(a.method !== undefined)
    || (b.headers?.length ?? 0) - (a.headers?.length ?? 0)
    || (b.query?.length ?? 0) - (a.query?.length ?? 0);
}

function pathRank({ path }: Match): number {
  switch (path.kind) {
    case 'exact': return 2;
    case 'regex': return 1;
    case 'prefix': return 0;
  }
}
