const parts = 10;

/** Counts what happened in the last `windowMs`, in tenths of it: what leaves the window leaves it a tenth at a time. */
export class RollingCount {
  private readonly counts = new Float64Array(parts);
  private readonly partMs: number;
  /** Number of the newest tenth since the begin of time. */
  private newest = 0;
  private sum = 0;

  constructor(windowMs: number) {
    this.partMs = Math.max(windowMs / parts, 1);
  }

  /** `now` in milliseconds, never less than before. */
  add(now: number): void {
    this.forget(now);
    this.counts[this.newest % parts] = (this.counts[this.newest % parts] as number) + 1;
    this.sum++;
  }

  total(now: number): number {
    this.forget(now);
    return this.sum;
  }

  private forget(now: number): void {
    const current = Math.floor(now / this.partMs);
    for (let part = Math.max(this.newest + 1, current - parts + 1); part <= current; part++) {
      this.sum -= this.counts[part % parts] as number;
      this.counts[part % parts] = 0;
    }
    this.newest = Math.max(this.newest, current);
  }
}
