import { type Ledger, OwnTable } from '../base/index.ts';
import type { Modeled } from '../model/index.ts';

/** The objects of a kind by what they belong to, each list sorted by their keys. */
export class ObjectIndex<T> extends OwnTable<readonly Modeled<T>[]> {
  readonly #belongsTo: (modeled: Modeled<T>) => string | undefined;

  constructor(ledger: Ledger, belongsTo: (modeled: Modeled<T>) => string | undefined) {
    super(ledger);
    this.#belongsTo = belongsTo;
  }

  /** Begins with all of them. */
  fill(all: Iterable<Modeled<T>>): void {
    const lists = new Map<string, Modeled<T>[]>();
    for (const it of all) {
      const owner = this.#belongsTo(it);
      if (owner === undefined) continue;
      const list = lists.get(owner);
      if (list === undefined) lists.set(owner, [it]);
      else list.push(it);
    }
    for (const list of lists.values()) list.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.replace(lists);
  }

  move(before: Modeled<T> | undefined, after: Modeled<T> | undefined): void {
    const [from, to] = [before, after].map((it) => (it === undefined ? undefined : this.#belongsTo(it)));
    if (from !== undefined && from !== to) this.#set(from, this.#without(from, before));
    if (to !== undefined) this.#set(to, [...this.#without(to, before), after!].sort((a, b) => (a.key < b.key ? -1 : 1)));
  }

  #without(owner: string, one: Modeled<T> | undefined): readonly Modeled<T>[] {
    return (this.get(owner) ?? []).filter((it) => it !== one);
  }

  #set(owner: string, list: readonly Modeled<T>[]): void {
    this.put(owner, list.length === 0 ? undefined : list);
  }
}
