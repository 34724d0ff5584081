import type { DeltaRequest, DeltaResponse, VersionedResource } from './messages.ts';

/** What a client is to have, of one type. */
export interface ResourceSet {
  readonly resources: ReadonlyMap<string, VersionedResource>;
}

/** What became of a set at the client. */
export interface Settled {
  readonly set: ResourceSet;
  /** Why it was refused; undefined where it was taken. */
  readonly error: string | undefined;
}

/**
 * The server's side of one delta stream (xDS protocol, incremental variant) for one type: what was sent, what was taken, what is due.
 * At most one response is on its way, so a slow client gets the newest state next and not every state between.
 */
export class DeltaStream {
  readonly #typeUrl: string;
  /** Versions at the client, as far as they were sent. */
  readonly #known = new Map<string, string>();
  #wanted: ResourceSet | undefined;
  #pending: { readonly nonce: string; readonly set: ResourceSet } | undefined;
  #isSubscribed = false;
  #nonce = 0;

  constructor(typeUrl: string) {
    this.#typeUrl = typeUrl;
  }

  /** The state to bring the client to; the response to send now, if any. */
  want(set: ResourceSet): DeltaResponse | undefined {
    this.#wanted = set;
    return this.#due();
  }

  /** Takes a message of the client. */
  take(request: DeltaRequest): { readonly settled?: Settled; readonly response?: DeltaResponse } {
    if (!this.#isSubscribed) {
      this.#isSubscribed = true;
      for (const [name, version] of request.initialVersions) this.#known.set(name, version);
    }
    let settled: Settled | undefined;
    if (this.#pending !== undefined && request.nonce === this.#pending.nonce) {
      settled = { set: this.#pending.set, error: request.error };
      this.#pending = undefined;
    }
    const response = this.#due();
    return { ...(settled === undefined ? {} : { settled }), ...(response === undefined ? {} : { response }) };
  }

  /** An empty change is sent once, so that a client that has everything knows that it has. */
  #due(): DeltaResponse | undefined {
    const wanted = this.#wanted;
    if (!this.#isSubscribed || wanted === undefined || this.#pending !== undefined) return undefined;
    const resources = [...wanted.resources.values()].filter(({ name, version }) => this.#known.get(name) !== version);
    const removed = [...this.#known.keys()].filter((name) => !wanted.resources.has(name));
    if (resources.length === 0 && removed.length === 0 && this.#nonce > 0) return undefined;
    for (const { name, version } of resources) this.#known.set(name, version);
    for (const name of removed) this.#known.delete(name);
    const nonce = String(++this.#nonce);
    this.#pending = { nonce, set: wanted };
    return { typeUrl: this.#typeUrl, nonce, resources, removed };
  }
}
