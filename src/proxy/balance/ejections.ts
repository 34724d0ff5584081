import type { Ejection } from '../../ir/index.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';

/** An endpoint that failed lately. */
interface Ailing {
  failures: number;
  /** How often it was left out since it last worked. */
  times: number;
  isOut: boolean;
  readonly timer: Timer;
}

/** What the keeper of the endpoints tells and is told. */
export interface EjectionOwner {
  /** Endpoints that are ready, those that are left out among them. */
  readonly size: number;
  /** Other endpoints are left out than before. */
  ejectionsChanged(): void;
}

/**
 * Leaves endpoints out that fail again and again, for a time that grows with each return that fails. Never more than half of them: where
 * more seem to fail, the trouble is elsewhere, and fewer endpoints would make it worse.
 */
export class Ejections<E> {
  private policy: Ejection | undefined;
  private readonly ailing = new Map<E, Ailing>();
  private outCount = 0;
  private readonly owner: EjectionOwner;
  private readonly runtime: Pick<Runtime, 'stats' | 'wheel'>;

  constructor(owner: EjectionOwner, runtime: Pick<Runtime, 'stats' | 'wheel'>) {
    this.owner = owner;
    this.runtime = runtime;
  }

  /** Goes by a policy from now on; whatever was left out comes back. */
  follow(policy: Ejection | undefined): void {
    this.policy = policy;
    this.keepOnly(() => false);
  }

  /** Answers count, not only connections. */
  get judgesAnswers(): boolean {
    return this.policy?.on === 'errors';
  }

  /** Whether an endpoint may not be asked now. All may be where more than half would be out, as after others have left. */
  leavesOut(endpoint: E): boolean {
    return this.outCount > 0 && this.outCount <= Math.floor(this.owner.size / 2) && this.ailing.get(endpoint)?.isOut === true;
  }

  worked(endpoint: E): void {
    if (this.ailing.size === 0 || this.ailing.get(endpoint)?.isOut !== false) return;
    this.ailing.delete(endpoint);
  }

  failed(endpoint: E): void {
    const { policy } = this;
    if (policy === undefined) return;
    let ailing = this.ailing.get(endpoint);
    if (ailing === undefined) this.ailing.set(endpoint, ailing = { failures: 0, times: 0, isOut: false, timer: new Timer(() => this.back(endpoint)) });
    if (ailing.isOut) return;
    ailing.failures++;
    // One that came back and fails again has had its chance.
    if (ailing.failures < policy.failures && ailing.times === 0) return;
    if (this.outCount + 1 > Math.floor(this.owner.size / 2)) return;
    this.eject(ailing, policy);
  }

  private eject(ailing: Ailing, { firstMs, mostMs }: Ejection): void {
    const { stats, wheel } = this.runtime;
    ailing.isOut = true;
    ailing.failures = 0;
    this.outCount++;
    stats.ejections++;
    stats.activeEjections++;
    wheel.arm(ailing.timer, Math.min(firstMs * 2 ** ailing.times, mostMs));
    ailing.times++;
    this.owner.ejectionsChanged();
  }

  private back(endpoint: E): void {
    const ailing = this.ailing.get(endpoint);
    if (ailing === undefined) return;
    ailing.isOut = false;
    this.outCount--;
    this.runtime.stats.activeEjections--;
    this.owner.ejectionsChanged();
  }

  /** Forgets endpoints that have left. */
  keepOnly(stays: (endpoint: E) => boolean): void {
    for (const [endpoint, { timer, isOut }] of this.ailing) {
      if (stays(endpoint)) continue;
      this.ailing.delete(endpoint);
      this.runtime.wheel.remove(timer);
      if (!isOut) continue;
      this.outCount--;
      this.runtime.stats.activeEjections--;
    }
  }
}
