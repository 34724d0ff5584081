import type { BackendPool, EndpointPool } from '../upstream/backend-pool.ts';
import { type Failure, retryDelayMs, type RetryPolicy } from './policy.ts';
import { ReplayBuffer } from './replay.ts';

/** A body that is longer can't be sent again once its try has begun. Bytes. */
const mostReplayBytes = 65_536;

/** The second and later tries of one request, as the policy of its route allows them. */
export class Retries {
  private count = 0;
  /** An endpoint that takes no connections is asked again only when all others have failed too. */
  readonly failed: EndpointPool[] = [];
  private readonly policy: RetryPolicy;
  /** Undefined where the whole request is at hand. */
  private readonly replay: ReplayBuffer | undefined;

  constructor(policy: RetryPolicy, isWhole: boolean) {
    this.policy = policy;
    this.replay = isWhole ? undefined : new ReplayBuffer(mostReplayBytes);
  }

  /** Keeps a piece of the body for later tries. */
  keep(piece: Buffer): void {
    this.replay?.add(piece);
  }

  /** Whether an answer with this status is put aside for another try. */
  wants(status: number): boolean {
    return this.policy.codes.has(status) && this.allows('status');
  }

  /** Whether another try may follow. Where no connection came about, nothing was sent and nothing needs to be sent again. */
  allows(failure: Failure): boolean {
    return this.count < this.policy.attempts && (failure === 'connection' || this.replay === undefined || this.replay.isWhole);
  }

  /** Counts one more try: how long to wait for it, and with which pieces of the body it begins. */
  begin(failure: Failure, pool: BackendPool, held: Buffer[]): { readonly delayMs: number; readonly pieces: Buffer[] } {
    this.count++;
    return {
      delayMs: retryDelayMs(this.policy, this.count, { failure, hasOtherEndpoint: pool.hasOthers(this.failed), chance: Math.random() }),
      pieces: failure === 'connection' || this.replay === undefined ? held : this.replay.pieces(),
    };
  }
}
