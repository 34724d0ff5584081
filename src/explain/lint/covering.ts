import type { Match, PathMatch, RouteKey, ValueMatch } from '../../ir/index.ts';

/** Expressions that every path matches. */
const anyPath: ReadonlySet<string> = new Set(['.*', '/.*', '(.*)', '/(.*)', '.+', '/?.*']);

/** Whether every request that meets `inner` meets `outer` too; never true where that can't be seen from what is written. */
function coversConditions(outer: Match, inner: Match): boolean {
  return (outer.method === undefined || outer.method === inner.method) && holdsAll(outer.headers, inner.headers) && holdsAll(outer.query, inner.query);
}

function holdsAll(outer: readonly ValueMatch[] = [], inner: readonly ValueMatch[] = []): boolean {
  return outer.every((it) => inner.some((other) => other.name === it.name && other.kind === it.kind && other.value === it.value));
}

/** Two matches that ask for the same. */
export function isEqual(a: Match, b: Match): boolean {
  return a.path.kind === b.path.kind && a.path.value === b.path.value && coversConditions(a, b) && coversConditions(b, a);
}

interface Entry {
  readonly route: RouteKey;
  readonly match: Match;
}

/** Matches that come first, found by the paths that they could take away: as quick with many as with few. */
export class EarlierMatches {
  readonly #byPath = new Map<string, Entry[]>();

  add(entry: Entry): void {
    const key = keyOf(entry.match.path);
    const known = this.#byPath.get(key);
    if (known === undefined) this.#byPath.set(key, [entry]);
    else known.push(entry);
  }

  /** The first that takes every request of `match`. */
  coveringOf(match: Match): Entry | undefined {
    for (const key of keysOver(match.path)) {
      const found = this.#byPath.get(key)?.find((it) => coversConditions(it.match, match));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function keyOf({ kind, value }: PathMatch): string {
  return kind === 'regex' && anyPath.has(value) ? 'prefix ' : `${kind} ${value}`;
}

/** The path matches that cover a path match: itself, and the prefixes above it. */
function keysOver({ kind, value }: PathMatch): string[] {
  const keys = [keyOf({ kind, value })];
  if (kind === 'regex') return [...keys, 'prefix '];
  for (let at = value.length; at >= 0; at = at === 0 ? -1 : Math.max(value.lastIndexOf('/', at - 1), 0)) keys.push(`prefix ${value.slice(0, at)}`);
  return keys;
}
