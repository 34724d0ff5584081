/** What a peer may spend on frames that cost us work and bring nothing: so many at once, so many a second. */
export class Budget {
  private left: number;
  private stamp = 0;
  private readonly burst: number;
  private readonly perSecond: number;

  constructor(burst: number, perSecond: number) {
    this.left = this.burst = burst;
    this.perSecond = perSecond;
  }

  /** Takes one away; false where nothing was left. `now` in milliseconds. */
  spend(now: number): boolean {
    this.left = Math.min(this.burst, this.left + ((now - this.stamp) * this.perSecond) / 1000) - 1;
    this.stamp = now;
    return this.left >= 0;
  }

  /** Gives back for useful work. */
  earn(count: number): void {
    this.left = Math.min(this.burst, this.left + count);
  }
}
