/** Tells the newest of many at most once in a while: the first at once, and the last of a burst after it. */
export class Paced<T> {
  readonly #tell: (newest: T) => void;
  readonly #everyMs: number;
  #waiting: { readonly newest: T } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (newest: T) => void, everyMs: number) {
    this.#tell = tell;
    this.#everyMs = everyMs;
  }

  push(newest: T): void {
    this.#waiting = { newest };
    if (this.#timer !== undefined) return;
    this.flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting !== undefined) this.push(this.#waiting.newest);
    }, this.#everyMs).unref();
  }

  /** Tells at once what still waits. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#tell(waiting.newest);
  }
}
