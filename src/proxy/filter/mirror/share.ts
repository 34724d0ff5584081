/** The fractional part of the golden ratio: its multiples fill the unit interval as evenly as a sequence can. */
const step = (Math.sqrt(5) - 1) / 2;

/**
 * Chooses a share of a stream of requests, spread evenly: of any run of them the part that is chosen differs from the share by a few
 * requests at most. Since the step is irrational, it also holds for every second, third … request, so a mirror does not follow one
 * backend of a weighted rule as a counter would.
 */
export class Share {
  private readonly share: number;
  private point: number;

  /** `share` from 0 to 1; `start` from 0 to 1 makes two mirrors of one rule choose different requests. */
  constructor(share: number, start: number) {
    this.share = share;
    this.point = start;
  }

  /** Whether the next request is chosen. */
  next(): boolean {
    if (this.share >= 1) return true;
    this.point = (this.point + step) % 1;
    return this.point < this.share;
  }
}
