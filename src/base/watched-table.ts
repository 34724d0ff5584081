/** Something that is worked out from tables, and worked out again when an entry changes that it read. */
export class Work {
  readonly reads: Place[] = [];
}

/** One entry of a table, or all of it, with who read it. */
interface Place {
  readonly readers: Set<Work>;
  readonly table: Map<string, Place>;
  readonly key: string;
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
    for (const { readers, table, key } of work.reads) {
      readers.delete(work);
      if (readers.size === 0) table.delete(key);
    }
    work.reads.length = 0;
  }

  note(table: Map<string, Place>, key: string): void {
    const work = this.#underWay;
    if (work === undefined) return;
    let place = table.get(key);
    if (place === undefined) table.set(key, place = { readers: new Set(), table, key });
    if (place.readers.has(work)) return;
    place.readers.add(work);
    work.reads.push(place);
  }

  changed(table: ReadonlyMap<string, Place>, key: string): void {
    for (const work of table.get(key)?.readers ?? []) this.stale.add(work);
  }
}

/** No key is like it: the place of those who read a whole table. */
const everything = '\0';

/** A table that notes who reads which entry; one that is not there is an entry too. */
export class WatchedTable<V> implements ReadonlyMap<string, V> {
  readonly [Symbol.toStringTag] = 'WatchedTable';
  readonly #ledger: Ledger;
  readonly #values: ReadonlyMap<string, V>;
  readonly #places = new Map<string, Place>();

  /** `values` may change, as long as `touch` tells of it. */
  constructor(ledger: Ledger, values: ReadonlyMap<string, V>) {
    this.#ledger = ledger;
    this.#values = values;
  }

  /** The entry was added, changed or removed. */
  touch(key: string): void {
    this.#ledger.changed(this.#places, key);
    this.#ledger.changed(this.#places, everything);
  }

  get(key: string): V | undefined {
    this.#ledger.note(this.#places, key);
    return this.#values.get(key);
  }

  has(key: string): boolean {
    this.#ledger.note(this.#places, key);
    return this.#values.has(key);
  }

  get #all(): ReadonlyMap<string, V> {
    this.#ledger.note(this.#places, everything);
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
