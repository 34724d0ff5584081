import type { DeltaRequest, DeltaResponse, VersionedResource } from './messages.ts';

/** What a client is to have, of one type: a state that the map goes on from. A set that was told of is known by its identity. */
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
  /** Names that may differ at the client; undefined: any may. */
  #dirty: Set<string> | undefined;
  #pending: { readonly nonce: string; readonly set: ResourceSet } | undefined;
  #isSubscribed = false;
  #nonce = 0;

  constructor(typeUrl: string) {
    this.#typeUrl = typeUrl;
  }

  /** The state to bring the client to; the response to send now, if any. `changed`: names whose resources differ from the state before; undefined: any may. */
  want(set: ResourceSet, changed?: ReadonlySet<string>): DeltaResponse | undefined {
    this.#wanted = set;
    if (changed === undefined) this.#dirty = undefined;
    else for (const name of changed) this.#dirty?.add(name);
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
    const { resources, removed } = this.#differences(wanted.resources);
    this.#dirty = new Set();
    if (resources.length === 0 && removed.length === 0 && this.#nonce > 0) return undefined;
    for (const { name, version } of resources) this.#known.set(name, version);
    for (const name of removed) this.#known.delete(name);
    const nonce = String(++this.#nonce);
    this.#pending = { nonce, set: wanted };
    return { typeUrl: this.#typeUrl, nonce, resources, removed };
  }

  #differences(wanted: ResourceSet['resources']): Pick<DeltaResponse, 'resources' | 'removed'> {
    const names = this.#dirty ?? new Set([...wanted.keys(), ...this.#known.keys()]);
    const resources: VersionedResource[] = [];
    const removed: string[] = [];
    for (const name of names) {
      const resource = wanted.get(name);
      if (resource === undefined) {
        if (this.#known.has(name)) removed.push(name);
      } else if (this.#known.get(name) !== resource.version) resources.push(resource);
    }
    return { resources, removed };
  }
}
