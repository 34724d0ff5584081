import type { Balancer, Candidate } from '../balancer.ts';
import { RoundRobin } from '../round-robin/round-robin.ts';
import { hashText, mix } from './hash-text.ts';

/**
 * Highest random weight (Thaler and Ravishankar, 1998): of all candidates the one that scores highest together with the hash. One that
 * leaves takes its own share along and moves no other; without it each of its requests has a second choice that is its own, too.
 * Costs a few multiplications for each candidate and keeps no table.
 */
export class Rendezvous<E extends Candidate> implements Balancer<E> {
  private candidates: readonly E[] = [];
  private seeds = new Int32Array(0);
  /** For what has no hash. */
  private readonly others = new RoundRobin<E>();

  set(candidates: readonly E[]): void {
    // In the order of their keys, so that equal scores are decided alike everywhere.
    this.candidates = [...candidates].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.seeds = Int32Array.from(this.candidates, ({ key }) => hashText(key));
    this.others.set(candidates);
  }

  next(hash: number | undefined, failed: readonly E[] | undefined): E | undefined {
    if (hash === undefined) return this.others.next(undefined, failed);
    return this.best(hash, failed) ?? this.best(hash, undefined);
  }

  private best(hash: number, failed: readonly E[] | undefined): E | undefined {
    const { seeds, candidates } = this;
    let best = -1;
    let most = -Infinity;
    for (let i = 0; i < seeds.length; i++) {
      const score = mix((seeds[i] as number) ^ hash);
      if (score <= most || failed?.includes(candidates[i] as E) === true) continue;
      most = score;
      best = i;
    }
    return candidates[best];
  }
}
