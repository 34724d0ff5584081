/** What a generator measured, as the line that the bench reads. */
export class Latencies {
  #values = new Float64Array(1 << 16);
  #count = 0;
  /** What failed, by kind. */
  readonly errors: Record<string, number> = {};

  get count(): number {
    return this.#count;
  }

  /** Milliseconds. */
  add(milliseconds: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(this.#count * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = milliseconds;
  }

  failed(kind: string, count = 1): void {
    this.errors[kind] = (this.errors[kind] ?? 0) + count;
  }

  /** For a measurement that took so long. */
  line(milliseconds: number): string {
    const sorted = this.#values.subarray(0, this.#count).sort();
    const at = (share: number): number => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 1000;
    return `RESULT ${JSON.stringify({ units: this.#count, microseconds: milliseconds * 1000, p50Us: at(0.5), p99Us: at(0.99), maxUs: at(1), errors: this.errors })}`;
  }
}
