/** Deaths within this time count together, milliseconds. */
const windowMs = 10_000;
/** So many are mended at once. */
const mostAtOnce = 5;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** How long the next worker waits to be started: not at all, unless workers die all the time. */
export class Restarts {
  private deaths: number[] = [];
  private waits = 0;

  /** Notes a death at `now`, milliseconds of any clock, and answers the wait in milliseconds. */
  waitAfterDeath(now: number): number {
    this.deaths = [...this.deaths.filter((at) => now - at < windowMs), now];
    if (this.deaths.length <= mostAtOnce) {
      this.waits = 0;
      return 0;
    }
    return Math.min(firstWaitMs * 2 ** this.waits++, longestWaitMs);
  }
}
