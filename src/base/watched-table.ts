import { MultiMap } from './multi-map.ts';

/** Who read which entries of a table. */
type Readers = MultiMap<string, Work>;

/** Something that is worked out from tables, and worked out again when an entry changes that it read. */
export class Work {
  /** Tables and keys in turn. */
  readonly reads: (Readers | string)[] = [];
}

/** Who reads what: knows the work under way, and the work that has to be done again. */
export class Ledger {
  readonly stale = new Set<Work>();
  #underWay: Work | undefined;

  /** The work that is being done now. */
  get underWay(): Work | undefined {
    return this.#underWay;
  }

  /** Does the work; what it reads meanwhile are the reasons to do it again. */
  do<T>(work: Work, make: () => T): T {
    this.forget(work);
    const outer = this.#underWay;
    this.#underWay = work;
    try {
      return make();
    } finally {
      this.#underWay = outer;
    }
  }

  /** It is done no more, or done anew. */
  forget(work: Work): void {
    this.stale.delete(work);
    for (let at = 0; at < work.reads.length; at += 2) (work.reads[at] as Readers).delete(work.reads[at + 1] as string, work);
    work.reads.length = 0;
  }

  note(readers: Readers, key: string): void {
    const work = this.#underWay;
    if (work !== undefined && readers.add(key, work)) work.reads.push(readers, key);
  }

  changed(readers: Readers, key: string): void {
    for (const work of readers.get(key)) this.stale.add(work);
  }
}

/** No key is like it: of those who read a whole table. */
const everything = '\0';

/** A table that notes who reads which entry; one that is not there is an entry too. */
export class WatchedTable<V> implements ReadonlyMap<string, V> {
  readonly [Symbol.toStringTag] = 'WatchedTable';
  readonly #ledger: Ledger;
  readonly #values: ReadonlyMap<string, V>;
  readonly #readers: Readers = new MultiMap();

  /** `values` may change, as long as `touch` tells of it. */
  constructor(ledger: Ledger, values: ReadonlyMap<string, V>) {
    this.#ledger = ledger;
    this.#values = values;
  }

  /** The entry was added, changed or removed. */
  touch(key: string): void {
    this.#ledger.changed(this.#readers, key);
    this.#ledger.changed(this.#readers, everything);
  }

  get(key: string): V | undefined {
    this.#ledger.note(this.#readers, key);
    return this.#values.get(key);
  }

  has(key: string): boolean {
    this.#ledger.note(this.#readers, key);
    return this.#values.has(key);
  }

  get #all(): ReadonlyMap<string, V> {
    this.#ledger.note(this.#readers, everything);
    return this.#values;
  }

  get size(): number {
    return this.#all.size;
  }

  keys(): MapIterator<string> {
    return this.#all.keys();
  }

  values(): MapIterator<V> {
    return this.#all.values();
  }

  entries(): MapIterator<[string, V]> {
    return this.#all.entries();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.#all.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    this.#all.forEach((value, key) => visit(value, key, this));
  }
}

/** A watched table that is filled here. */
export class OwnTable<V> extends WatchedTable<V> {
  readonly #own: Map<string, V>;

  constructor(ledger: Ledger) {
    const own = new Map<string, V>();
    super(ledger, own);
    this.#own = own;
  }

  /** Undefined removes the entry. Those who read it are told only where it is another value. */
  put(key: string, value: V | undefined): void {
    if (this.#own.get(key) === value) return;
    if (value === undefined) this.#own.delete(key);
    else this.#own.set(key, value);
    this.touch(key);
  }

  /** Makes these its entries. */
  replace(entries: ReadonlyMap<string, V>): void {
    for (const key of this.#own.keys()) if (!entries.has(key)) this.put(key, undefined);
    for (const [key, value] of entries) this.put(key, value);
  }
}
