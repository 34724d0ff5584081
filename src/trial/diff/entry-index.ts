import type { PathMatch } from '../../ir/index.ts';
import { mayHold } from './paths.ts';
import type { Entry } from './side.ts';

interface Placed {
  readonly entry: Entry;
  /** In order of precedence. */
  readonly place: number;
}

/** The entries of a host by their paths: as quick with many as with few. */
export class EntryIndex {
  readonly #byPath = new Map<string, Placed[]>();
  readonly #expressions: Placed[] = [];

  /** The second of two equal matches never takes a request, and is left out. */
  constructor(entries: readonly Entry[]) {
    const seen = new Set<string>();
    for (const [place, entry] of entries.entries()) {
      if (seen.has(entry.text)) continue;
      seen.add(entry.text);
      this.#listOf(entry.match.path).push({ entry, place });
    }
  }

  /** Entries whose match could hold for a path, in order of precedence. */
  holding(path: string): Entry[] {
    const prefixes = [...path.matchAll(/\//g)].map(({ index }) => `prefix ${path.slice(0, index)}`);
    const found = [`exact ${path}`, `prefix ${path}`, ...prefixes].flatMap((key) => this.#byPath.get(key) ?? []);
    const matching = this.#expressions.filter(({ entry }) => mayHold(entry.match.path, path));
    return [...found, ...matching].sort((a, b) => a.place - b.place).map(({ entry }) => entry);
  }

  #listOf({ kind, value }: PathMatch): Placed[] {
    if (kind === 'regex') return this.#expressions;
    const key = `${kind} ${value}`;
    const known = this.#byPath.get(key);
    if (known !== undefined) return known;
    const made: Placed[] = [];
    this.#byPath.set(key, made);
    return made;
  }
}
