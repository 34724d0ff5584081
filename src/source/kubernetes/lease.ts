import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, ApiError } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** A Lease object (coordination.k8s.io/v1), as far as an election reads it. */
interface Lease {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number;
  };
}

export interface ElectionOptions {
  readonly namespace: string;
  readonly name: string;
  /** Ours; no two processes have the same. */
  readonly identity: string;
  /** A holder that has not renewed for this long has lost the lease. Milliseconds; default 15 s. */
  readonly durationMs?: number;
  /** Between two looks. Milliseconds; default 2 s. */
  readonly retryMs?: number;
  onLead(): void;
  /** The lease is lost, or could not be renewed in time: from now on another may lead. */
  onLoss(): void;
  onTrouble(message: string): void;
}

/** Takes part in the election of the one that writes (as client-go's leaderelection does: a holder's time is judged by our own clock). */
export class Election {
  readonly #client: ApiClient;
  readonly #options: Required<ElectionOptions>;
  readonly #ended = new AbortController();
  #leads = false;
  /** The record as last seen, and when it was first seen so. */
  #seen = '';
  #seenAt = 0;
  #renewedAt = 0;

  constructor(access: ClusterAccess, options: ElectionOptions) {
    this.#client = new ApiClient(access);
    this.#options = { durationMs: 15_000, retryMs: 2000, ...options };
  }

  get leads(): boolean {
    return this.#leads;
  }

  /** Runs until `stop`; never rejects. */
  async run(): Promise<void> {
    const { retryMs, durationMs, onTrouble } = this.#options;
    while (!this.#ended.signal.aborted) {
      try {
        const askedAt = performance.now();
        this.#settle(await this.#tryToHold(), askedAt);
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        onTrouble(`the lease ${this.#options.namespace}/${this.#options.name}: ${error instanceof Error ? error.message : String(error)}`);
        if (this.#leads && performance.now() > this.#renewedAt + durationMs * 2 / 3) this.#settle(false, 0);
      }
      await sleep(retryMs * (1 + Math.random() * 0.2), undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  /** Steps down, and lets another in at once. */
  async stop(): Promise<void> {
    this.#ended.abort();
    if (this.#leads) {
      this.#leads = false;
      const lease = await this.#read().catch(() => undefined);
      if (lease?.spec?.holderIdentity === this.#options.identity) await this.#write(lease, { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1 }).catch(() => undefined);
    }
    this.#client.close();
  }

  /** A write counts from when it was asked for, since the server may have done it then. */
  #settle(holds: boolean, askedAt: number): void {
    if (holds) this.#renewedAt = askedAt;
    if (holds === this.#leads) return;
    this.#leads = holds;
    if (holds) this.#options.onLead();
    else this.#options.onLoss();
  }

  async #tryToHold(): Promise<boolean> {
    const { identity, durationMs } = this.#options;
    const lease = await this.#read();
    const now = new Date().toISOString().replace('Z', '000Z');
    const ours = { holderIdentity: identity, leaseDurationSeconds: Math.ceil(durationMs / 1000), renewTime: now };
    if (lease === undefined) return this.#create({ ...ours, acquireTime: now, leaseTransitions: 0 });
    if (lease.spec?.holderIdentity === identity) return this.#write(lease, { ...lease.spec, ...ours });
    if (!this.#isFree(lease)) return false;
    return this.#write(lease, { ...ours, acquireTime: now, leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1 });
  }

  #isFree({ spec }: Lease): boolean {
    const holder = spec?.holderIdentity ?? '';
    const record = `${holder} ${spec?.renewTime ?? ''}`;
    if (record !== this.#seen) [this.#seen, this.#seenAt] = [record, performance.now()];
    return holder === '' || performance.now() - this.#seenAt > (spec?.leaseDurationSeconds ?? 0) * 1000;
  }

  /** The others wait for the whole time, so a holder steps down before it is over, and waits no longer for an answer. */
  #deadline(): AbortSignal {
    const { durationMs, retryMs } = this.#options;
    const left = this.#leads ? this.#renewedAt + durationMs * 2 / 3 - performance.now() : durationMs * 2 / 3;
    return AbortSignal.timeout(Math.max(Math.ceil(left), retryMs / 10));
  }

  get #path(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`;
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return await this.#client.call<Lease>({ method: 'GET', path: `${this.#path}/${this.#options.name}`, signal: this.#deadline() });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  #create(spec: Lease['spec']): Promise<boolean> {
    const { namespace, name } = this.#options;
    return this.#held({ method: 'POST', path: this.#path, body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec } });
  }

  #write(lease: Lease, spec: Lease['spec']): Promise<boolean> {
    return this.#held({ method: 'PUT', path: `${this.#path}/${this.#options.name}`, body: { ...lease, spec } });
  }

  /** Whether the write came first; somebody else's did where it conflicts. */
  async #held(request: { readonly method: 'PUT' | 'POST'; readonly path: string; readonly body: unknown }): Promise<boolean> {
    try {
      await this.#client.call({ ...request, signal: this.#deadline() });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }
}
