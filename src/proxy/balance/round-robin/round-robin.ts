import type { Balancer, Candidate } from '../balancer.ts';

/** One after the other. */
export class RoundRobin<E extends Candidate> implements Balancer<E> {
  private candidates: readonly E[] = [];
  private cursor = 0;

  set(candidates: readonly E[]): void {
    this.candidates = candidates;
  }

  next(_: number | undefined, failed: readonly E[] | undefined): E | undefined {
    if (failed === undefined) return this.step();
    for (let i = 1; i < this.candidates.length; i++) {
      const candidate = this.step();
      if (candidate === undefined || !failed.includes(candidate)) return candidate;
    }
    return this.step();
  }

  private step(): E | undefined {
    const { candidates } = this;
    if (this.cursor >= candidates.length) this.cursor = 0;
    return candidates[this.cursor++];
  }
}
