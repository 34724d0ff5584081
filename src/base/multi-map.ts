/** Several values by key, where most keys have one: that one costs no set of its own. No value is a Set. */
export class MultiMap<K, V> {
  readonly #values = new Map<K, V | Set<V>>();

  /** Whether it was not there. */
  add(key: K, value: V): boolean {
    const known = this.#values.get(key);
    if (known === value) return false;
    if (known === undefined) this.#values.set(key, value);
    else if (!(known instanceof Set)) this.#values.set(key, new Set([known, value]));
    else if (known.has(value)) return false;
    else known.add(value);
    return true;
  }

  delete(key: K, value: V): void {
    const known = this.#values.get(key);
    if (known === value || (known instanceof Set && known.delete(value) && known.size === 0)) this.#values.delete(key);
  }

  get(key: K): Iterable<V> {
    const known = this.#values.get(key);
    return known === undefined ? [] : known instanceof Set ? known : [known];
  }

  has(key: K): boolean {
    return this.#values.has(key);
  }
}
