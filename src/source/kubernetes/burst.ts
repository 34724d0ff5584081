/** The first change after this long counts at once, and those that follow sooner are gathered for as long; for up to the longest while more than one comes each time. Milliseconds. */
const [shortestMs, longestMs] = [5, 120];

/** Changes that come one by one are told of at once, and those that come many in a row a few times for all of them, since each time has a cost of its own. */
export class Burst {
  readonly #tell: () => void;
  readonly #now: () => number;
  /** Since they were told of. */
  #changes = 0;
  #gatherMs = shortestMs;
  #toldAt = -Infinity;

  constructor(tell: () => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  change(): void {
    this.#changes++;
    if (this.#changes > 1) return;
    // What came in the same read of the connection comes along in either case.
    if (this.#now() - this.#toldAt > this.#gatherMs) setImmediate(() => this.#end());
    else setTimeout(() => this.#end(), this.#gatherMs);
  }

  #end(): void {
    this.#gatherMs = this.#changes > 1 ? Math.min(this.#gatherMs * 2, longestMs) : shortestMs;
    this.#changes = 0;
    this.#toldAt = this.#now();
    this.#tell();
  }
}
