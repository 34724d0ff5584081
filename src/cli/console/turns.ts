/** At least so long between two turns. Milliseconds. */
const leastMs = 200;
/** A turn may take this part of the time. */
const share = 10;

/**
 * How often something is looked at anew that changes all the time: at once after a quiet while, and else so rarely that looking takes a tenth of
 * the time of a program which has other things to do.
 */
export class Turns {
  readonly #turn: () => void;
  #spentMs = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  /** Something is new. */
  want(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#lastAt + Math.max(leastMs, this.#spentMs * share) - performance.now();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastAt = performance.now();
      this.#spentMs = 0;
      this.#turn();
    }, Math.max(0, wait)).unref();
  }

  /** Does work that a turn brings with it; its time until it first waits counts. */
  spend<T>(work: () => T): T {
    const begun = performance.now();
    try {
      return work();
    } finally {
      this.#spentMs += performance.now() - begun;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
