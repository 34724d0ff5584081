import type { Balancer, Candidate } from '../balancer.ts';

/** Two are drawn and the less busy one is taken: nearly as even as asking all, and no herd runs to the one that was idle (Mitzenmacher, 2001). */
export class LeastRequest<E extends Candidate> implements Balancer<E> {
  private candidates: readonly E[] = [];
  private readonly random: () => number;

  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  set(candidates: readonly E[]): void {
    this.candidates = candidates;
  }

  next(_: number | undefined, failed: readonly E[] | undefined): E | undefined {
    if (failed === undefined) return this.draw(this.candidates);
    const rest = this.candidates.filter((it) => !failed.includes(it));
    return this.draw(rest.length > 0 ? rest : this.candidates);
  }

  private draw(from: readonly E[]): E | undefined {
    if (from.length < 2) return from[0];
    const first = Math.floor(this.random() * from.length);
    const step = 1 + Math.floor(this.random() * (from.length - 1));
    const one = from[first] as E;
    const other = from[(first + step) % from.length] as E;
    return other.active < one.active ? other : one;
  }
}
