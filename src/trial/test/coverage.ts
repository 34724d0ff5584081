import type { Origin } from '../../contract/index.ts';
import { type Known, matchText, objectOf } from '../../explain/index.ts';
import type { Fate } from '../fate.ts';
import { type WrittenRule, writtenRule } from '../written-at.ts';

/** One match of one rule that is attached somewhere. */
export interface CoveredMatch extends WrittenRule {
  /** Its conditions; absent for connections. */
  readonly match?: string;
  readonly isReached: boolean;
}

/** How much of the routes is reached by requests. */
export interface Coverage {
  readonly rules: Count;
  readonly matches: Count;
  /** In the order of the files. */
  readonly all: readonly CoveredMatch[];
}

export interface Count {
  readonly reached: number;
  readonly all: number;
}

/** Which matches of the attached routes take at least one of the requests. */
export function coverageOf(fates: readonly Fate[], known: Known): Coverage {
  const { routes, streamRoutes = {} } = known.ir;
  const taken = new Set(fates.flatMap(({ route }) => (route === undefined ? [] : [matchKey(route)])));
  // A route that is attached to several listeners is in the configuration more than once.
  const unique = new Map<string, { readonly origin: Origin; readonly match?: string }>();
  for (const { origin, match } of Object.values(routes)) unique.set(matchKey(origin), { origin, match: matchText(match) });
  for (const { origin } of Object.values(streamRoutes)) unique.set(matchKey(origin), { origin });
  const rules = new Set([...unique.values()].map(({ origin }) => ruleKey(origin)));
  const reached = new Set(fates.flatMap(({ route }) => (route === undefined ? [] : [ruleKey(route)])));
  const all = [...unique].map(([key, { origin, match }]) => ({ origin, entry: { ...writtenRule(origin, known), ...(match === undefined ? {} : { match }), isReached: taken.has(key) } }));
  const order = ({ origin }: (typeof all)[number]): number => objectOf(known, origin)?.source.order ?? 0;
  all.sort((a, b) => order(a) - order(b) || (a.origin.rule ?? 0) - (b.origin.rule ?? 0) || (a.origin.match ?? 0) - (b.origin.match ?? 0));
  return {
    rules: { reached: reached.size, all: rules.size }, matches: { reached: taken.size, all: unique.size },
    all: all.map(({ entry }) => entry),
  };
}

function ruleKey({ kind, namespace, name, rule = 0 }: Origin): string {
  return `${kind}/${namespace}/${name}/${rule}`;
}

function matchKey(origin: Origin): string {
  return `${ruleKey(origin)}/${origin.match ?? 0}`;
}

/** Whole percent, rounded down, so that 100 means all; 100 where there is nothing. */
export function percentOf({ reached, all }: Count): number {
  return all === 0 ? 100 : Math.floor((reached / all) * 100);
}
