import type { DeltaRequest, DeltaResponse, VersionedResource } from './messages.ts';
import { Subscription } from './subscription.ts';

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

/** One resource that the client does not take, found by sending it alone. */
export interface Refused {
  readonly resource: VersionedResource;
  readonly why: string;
}

/** What follows from a message of the client. */
export interface Taken {
  readonly settled?: Settled;
  /** What it has now, of what was sent. */
  readonly accepted?: readonly VersionedResource[];
  readonly refused?: Refused;
  readonly response?: DeltaResponse;
}

/**
 * What a refusal means. `whole`: the client says by its reason what it took, and gets nothing of it again. `searched`: it may have taken any part,
 * so all is sent again in ever smaller parts, until what it refuses is alone.
 */
export type Refusal = 'whole' | 'searched';

/** `additions`: what is no longer wanted stays for now. */
export type Extent = 'all' | 'additions';

interface Pending {
  readonly nonce: string;
  readonly set: ResourceSet;
  readonly resources: readonly VersionedResource[];
}

/** A version that no resource has: something may be at the client. */
const unsure = '';

/**
 * The server's side of one delta stream (xDS protocol, incremental variant) for one type: what was sent, what was taken, what is due.
 * At most one response is on its way, so a slow client gets the newest state next and not every state between.
 */
export class DeltaStream {
  readonly #typeUrl: string;
  readonly #refusal: Refusal;
  readonly #subscription = new Subscription();
  /** Versions at the client, as far as they were sent. */
  readonly #known = new Map<string, string>();
  /** Versions that it does not take. */
  readonly #refused = new Map<string, string>();
  #wanted: ResourceSet | undefined;
  #extent: Extent = 'all';
  /** Names that may differ at the client; undefined: any may. */
  #dirty: Set<string> | undefined;
  /** What is at the client for now although it is not wanted. */
  readonly #left = new Set<string>();
  /** Parts of a response that was refused, to be sent one after the other. */
  #parts: (readonly string[])[] = [];
  #pending: Pending | undefined;
  #nonce = 0;

  constructor(typeUrl: string, refusal: Refusal = 'whole') {
    this.#typeUrl = typeUrl;
    this.#refusal = refusal;
  }

  /** Whether all that was to be sent was also answered. */
  get isSettled(): boolean {
    return this.#pending === undefined && this.#parts.length === 0;
  }

  /** Whether the client asks for this type at all. */
  get isOpen(): boolean {
    return this.#subscription.isOpen;
  }

  /** Whether the client took this version of the resource. */
  has({ name, version }: VersionedResource): boolean {
    return this.#known.get(name) === version && this.#pending?.resources.some((it) => it.name === name) !== true;
  }

  /** Whether the client took all of a set, or refused what it lacks. */
  hasAll({ resources }: ResourceSet): boolean {
    return this.isSettled && [...resources.values()].every((it) => this.#known.get(it.name) === it.version || this.#refused.get(it.name) === it.version);
  }

  /** The state to bring the client to; the response to send now, if any. `changed`: names whose resources differ from the state before; undefined: any may. */
  want(set: ResourceSet, changed?: ReadonlySet<string>, extent: Extent = 'all'): DeltaResponse | undefined {
    this.#wanted = set;
    if (changed === undefined) this.#dirty = undefined;
    else for (const name of changed) this.#dirty?.add(name);
    this.#extent = extent;
    if (extent === 'all') for (const name of this.#left) this.#dirty?.add(name);
    if (extent === 'all') this.#left.clear();
    return this.#due();
  }

  /** Sends these once more, although the client has them. */
  repeat(names: Iterable<string>): DeltaResponse | undefined {
    for (const name of names) {
      if (this.#known.has(name)) this.#known.set(name, unsure);
      this.#dirty?.add(name);
    }
    return this.#due();
  }

  /** Tries again what the client refused. */
  forgive(name: string): void {
    if (this.#refused.delete(name)) this.#dirty?.add(name);
  }

  /** Takes a message of the client. */
  take(request: DeltaRequest): Taken {
    if (!this.#subscription.isOpen) for (const [name, version] of request.initialVersions) this.#known.set(name, version);
    // What is asked for again is sent again, whatever was sent before.
    for (const name of this.#subscription.take(request)) this.#known.delete(name);
    for (const name of request.unsubscribe) this.#known.delete(name);
    for (const name of request.subscribe) this.#dirty?.add(name);
    if (request.subscribe.includes('*')) this.#dirty = undefined;
    const answered = this.#pending !== undefined && request.nonce === this.#pending.nonce ? this.#answer(this.#pending, request.error) : {};
    const response = this.#due();
    return response === undefined ? answered : { ...answered, response };
  }

  #answer(pending: Pending, error: string | undefined): Taken {
    this.#pending = undefined;
    const settled: Settled = { set: pending.set, error };
    const { resources } = pending;
    if (error === undefined) return { settled, accepted: resources };
    if (this.#refusal === 'whole') return { settled };
    for (const { name } of resources) this.#known.set(name, unsure);
    const [alone] = resources;
    if (alone === undefined || resources.length > 1) {
      this.#parts.unshift(...partsOf(resources, error));
      return {};
    }
    this.#refused.set(alone.name, alone.version);
    return { refused: { resource: alone, why: error } };
  }

  /** An empty change is sent once, so that a client that has everything knows that it has. */
  #due(): DeltaResponse | undefined {
    const wanted = this.#wanted;
    if (!this.#subscription.isOpen || wanted === undefined || this.#pending !== undefined) return undefined;
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) {
      const { resources } = this.#differences(wanted.resources, part);
      if (resources.length > 0) return this.#send(wanted, resources, []);
    }
    const { resources, removed } = this.#differences(wanted.resources, this.#dirty ?? new Set([...wanted.resources.keys(), ...this.#known.keys(), ...this.#subscription.missing]));
    this.#dirty = new Set();
    if (resources.length === 0 && removed.length === 0 && this.#nonce > 0) return undefined;
    return this.#send(wanted, resources, removed);
  }

  #send(set: ResourceSet, resources: readonly VersionedResource[], removed: readonly string[]): DeltaResponse {
    for (const { name, version } of resources) this.#known.set(name, version);
    for (const name of removed) this.#known.delete(name);
    const nonce = String(++this.#nonce);
    this.#pending = { nonce, set, resources };
    return { typeUrl: this.#typeUrl, nonce, resources, removed };
  }

  #differences(wanted: ResourceSet['resources'], names: Iterable<string>): Pick<DeltaResponse, 'resources' | 'removed'> {
    const resources: VersionedResource[] = [];
    const removed: string[] = [];
    for (const name of names) {
      const resource = wanted.get(name);
      if (this.#refused.get(name) !== resource?.version) this.#refused.delete(name);
      if (resource === undefined) {
        // Whoever asks for what is not there is told so, and need not wait.
        if (this.#subscription.foundMissing(name)) removed.push(name);
        else if (!this.#known.has(name)) continue;
        else if (this.#extent === 'all') removed.push(name);
        else this.#left.add(name);
      } else if (this.#subscription.includes(name) && this.#known.get(name) !== resource.version && this.#refused.get(name) !== resource.version) resources.push(resource);
    }
    return { resources, removed };
  }
}

/** Those that the reason names, each alone, and the others together; two halves where it names none of them. */
function partsOf(resources: readonly VersionedResource[], why: string): (readonly string[])[] {
  const names = resources.map((it) => it.name);
  const named = names.filter((it) => why.includes(it));
  const others = names.filter((it) => !why.includes(it));
  if (named.length > 0 && others.length > 0) return [others, ...(named.length > mostNamed ? [named] : named.map((it) => [it]))];
  const middle = Math.ceil(names.length / 2);
  return [names.slice(0, middle), names.slice(middle)].filter((it) => it.length > 0);
}

/** Of more that are named the reason says too little. */
const mostNamed = 16;
