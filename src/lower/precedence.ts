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
  for (const { compare } of steps) {
    const order = compare(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

/** The step of precedence that puts `a` before or behind `b`; undefined for one match at one place. */
export function decidingStep(a: Ranked, b: Ranked): PrecedenceStep | undefined {
  return steps.find(({ compare }) => compare(a, b) !== 0)?.name;
}

export type PrecedenceStep = 'path-type' | 'path-length' | 'method' | 'headers' | 'query' | 'age' | 'rule' | 'match';

const steps: readonly { readonly name: PrecedenceStep; compare(a: Ranked, b: Ranked): number }[] = [
  { name: 'path-type', compare: (a, b) => pathRank(b.match) - pathRank(a.match) },
  { name: 'path-length', compare: (a, b) => b.match.path.value.length - a.match.path.value.length },
  { name: 'method', compare: (a, b) => Number(b.match.method !== undefined) - Number(a.match.method !== undefined) },
  { name: 'headers', compare: (a, b) => (b.match.headers?.length ?? 0) - (a.match.headers?.length ?? 0) },
  { name: 'query', compare: (a, b) => (b.match.query?.length ?? 0) - (a.match.query?.length ?? 0) },
  { name: 'age', compare: (a, b) => a.age - b.age },
  { name: 'rule', compare: (a, b) => a.rule - b.rule },
  { name: 'match', compare: (a, b) => a.index - b.index },
];

function pathRank({ path }: Match): number {
  switch (path.kind) {
    case 'exact': return 2;
    case 'regex': return 1;
    case 'prefix': return 0;
  }
}
