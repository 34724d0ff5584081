/** The first change after this long counts at once, and those that follow sooner are gathered for as long; for up to the longest while more than one comes each time. Milliseconds. */
const [shortestMs, longestMs] = [5, 120];

export interface BurstEvents {
  /** Where this is not so, the change that makes it so is told of at once, and all before it with it. */
  canTell(): boolean;
  tell(): void;
}

/** Changes that come one by one are told of at once, and those that come many in a row a few times for all of them, since each time has a cost of its own. */
export class Burst {
  readonly #told: BurstEvents;
  readonly #now: () => number;
  /** Since they were told of. */
  #changes = 0;
  #gatherMs = shortestMs;
  #toldAt = -Infinity;

  constructor(told: BurstEvents, now: () => number = () => performance.now()) {
    this.#told = told;
    this.#now = now;
  }

  change(): void {
    if (this.#changes === 0 && !this.#told.canTell()) return;
    this.#changes++;
    if (this.#changes > 1) return;
    const quietMs = this.#now() - this.#toldAt;
    if (quietMs > longestMs) this.#gatherMs = shortestMs;
    // What came in the same read of the connection comes along in either case.
    if (quietMs > this.#gatherMs) setImmediate(() => this.#end());
    else setTimeout(() => this.#end(), this.#gatherMs);
  }

  #end(): void {
    const isMany = this.#changes > 1;
    this.#changes = 0;
    if (!this.#told.canTell()) return;
    this.#told.tell();
    this.#gatherMs = isMany ? Math.min(this.#gatherMs * 2, longestMs) : shortestMs;
    this.#toldAt = this.#now();
  }
}
