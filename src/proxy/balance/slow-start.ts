/** The least part of its turns that a new endpoint takes: with none it would never show that it can. */
const leastShare = 0.05;

/** Endpoints that came lately take a growing part of their turns. */
export class SlowStart<E> {
  private readonly since = new Map<E, number>();
  private readonly durationMs: number;
  private readonly clock: () => number;
  private readonly random: () => number;

  constructor(durationMs: number, clock: () => number = () => performance.now(), random: () => number = Math.random) {
    this.durationMs = durationMs;
    this.clock = clock;
    this.random = random;
  }

  /** Some endpoint is new. */
  get isUnderWay(): boolean {
    return this.since.size > 0;
  }

  begin(endpoint: E): void {
    this.since.set(endpoint, this.clock());
  }

  forget(endpoint: E): void {
    this.since.delete(endpoint);
  }

  /** Whether an endpoint takes the turn that it is given now. */
  takes(endpoint: E): boolean {
    const since = this.since.get(endpoint);
    if (since === undefined) return true;
    const share = (this.clock() - since) / this.durationMs;
    if (share < 1) return this.random() < Math.max(share, leastShare);
    this.since.delete(endpoint);
    return true;
  }
}
