import type { Match, ValueMatch } from '../../ir/index.ts';
import { samplesOf } from './expression-samples.ts';

/** What a request has beyond host and path. */
export interface Conditions {
  /** Absent: any. */
  readonly method?: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
}

/**
 * What requests must have to meet two matches at once, and nothing beyond; several where expressions leave a choice, none where the two exclude
 * each other. An absent match asks for nothing.
 */
export function meetingBoth(a: Match | undefined, b: Match | undefined): Conditions[] {
  const asked = [a, b].filter((it) => it !== undefined);
  const methods = new Set(asked.flatMap(({ method }) => method ?? []));
  if (methods.size > 1) return [];
  const [method] = methods;
  const headers = valuesFor(asked.flatMap((it) => it.headers ?? []));
  const query = valuesFor(asked.flatMap((it) => it.query ?? []));
  return headers.flatMap((some) => query.map((others): Conditions => ({ ...(method === undefined ? {} : { method }), headers: some, query: others })));
}

/** Most values that are tried for one name. */
const mostValues = 3;

/** Values for the names that conditions ask for: one that is written goes before those that an expression could mean. */
function valuesFor(asked: readonly ValueMatch[]): ReadonlyMap<string, string>[] {
  const names = [...new Set(asked.map(({ name }) => name))];
  let all: Map<string, string>[] = [new Map()];
  for (const name of names) {
    const own = asked.filter((it) => it.name === name);
    const written = new Set(own.flatMap(({ kind, value }) => (kind === 'exact' ? [value] : [])));
    if (written.size > 1) return [];
    const values = written.size === 1 ? [...written] : [...new Set(own.flatMap(({ value }) => samplesOf(value, mostValues)))];
    all = all.flatMap((known) => values.map((value) => new Map(known).set(name, value)));
  }
  return all;
}

/** The methods to try: those that are asked for, `more`, and one that nobody asks for. */
export function methodsFor(matches: Iterable<Match>, more: readonly string[]): string[] {
  const asked = new Set([...[...matches].flatMap(({ method }) => method ?? []), ...more]);
  const other = ['GET', 'POST', 'PATCH', 'PURGE'].find((it) => !asked.has(it)) ?? 'OTHER';
  return [other, ...asked];
}
