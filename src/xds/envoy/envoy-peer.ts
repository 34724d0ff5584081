import { DeltaStream, type ResourceSet, type Taken } from '../delta/delta-stream.ts';
import type { DeltaRequest, DeltaResponse, VersionedResource } from '../delta/messages.ts';
import { envoyTypeUrls, type EnvoyResourceKind } from '../translate/envoy-resources.ts';
import { changedNames, type EnvoySet, kindOf, kinds, referred, referring } from './envoy-set.ts';

export interface EnvoyPeerOptions {
  send(response: DeltaResponse): void;
  /** The Envoy took these. */
  onAccepted(kind: EnvoyResourceKind, resources: readonly VersionedResource[]): void;
  onRefused(kind: EnvoyResourceKind, resource: VersionedResource, why: string): void;
  /** It has all of the newest set, but what it refused. */
  onSettled(set: EnvoySet): void;
}

/** An Envoy that never asks for a cluster's endpoints holds nothing up for longer. Milliseconds. */
const longestWaitMs = 5000;

/**
 * One Envoy on its stream. A set is brought to it in three steps, each when the one before was answered: what is referred to, what refers to it, and
 * the removal of what nothing refers to any more; so no route ever leads to a cluster that is not there. Sets that come meanwhile wait, but the newest.
 */
export class EnvoyPeer {
  readonly #options: EnvoyPeerOptions;
  readonly #streams: { readonly [kind in EnvoyResourceKind]: DeltaStream };
  /** What its streams were told to want. */
  readonly #told: { [kind in EnvoyResourceKind]?: EnvoySet[EnvoyResourceKind] } = {};
  #next: EnvoySet | undefined;
  #current: EnvoySet | undefined;
  #step: 'idle' | 'adding' | 'referring' | 'removing' = 'idle';
  /** Clusters that were sent and whose endpoints it has to take first. */
  #warming = new Set<string>();
  #deadline: NodeJS.Timeout | undefined;
  #refusesListeners = false;

  constructor(options: EnvoyPeerOptions) {
    this.#options = options;
    const stream = (kind: EnvoyResourceKind): DeltaStream => new DeltaStream(envoyTypeUrls[kind], 'searched');
    this.#streams = { secrets: stream('secrets'), clusters: stream('clusters'), endpoints: stream('endpoints'), listeners: stream('listeners'), routes: stream('routes') };
  }

  /** The newest state to bring it to. */
  want(set: EnvoySet): void {
    this.#next = set;
    // Endpoints hurt nobody when they come early, and there are many changes of them.
    if (this.#current !== undefined && this.#step !== 'idle') this.#tell('endpoints', { ...set, endpoints: withThoseOf(this.#current.endpoints, set.endpoints) }, 'additions');
    this.#advance();
  }

  take(request: DeltaRequest): void {
    const kind = kindOf(request.typeUrl);
    if (kind === undefined) return;
    const taken = this.#streams[kind].take(request);
    this.#note(kind, taken);
    this.#send(taken.response);
    this.#advance();
  }

  /** Tries again what it refused. */
  forgive(kind: EnvoyResourceKind, name: string): void {
    this.#streams[kind].forgive(name);
  }

  close(): void {
    clearTimeout(this.#deadline);
  }

  #note(kind: EnvoyResourceKind, { accepted, refused }: Taken): void {
    if (accepted !== undefined) this.#options.onAccepted(kind, accepted);
    if (kind === 'listeners' && accepted !== undefined) this.#refusesListeners = false;
    if (refused === undefined) return;
    if (kind === 'listeners') this.#refusesListeners = true;
    if (kind === 'clusters') this.#warming.delete(refused.resource.name);
    this.#options.onRefused(kind, refused.resource, refused.why);
  }

  /** Takes as many steps as can be taken now. */
  #advance(): void {
    for (let before: string | undefined; before !== this.#step;) {
      before = this.#step;
      this.#tryStep();
    }
    if (this.#current !== undefined && this.#hasAll(this.#current)) this.#options.onSettled(this.#current);
  }

  #tryStep(): void {
    switch (this.#step) {
      case 'idle': {
        if (this.#next === undefined) return;
        this.#current = this.#next;
        this.#next = undefined;
        this.#step = 'adding';
        this.#add(this.#current);
        return;
      }
      case 'adding': {
        if (!this.#isSettled(referred) || !this.#isWarm()) return;
        clearTimeout(this.#deadline);
        this.#step = 'referring';
        for (const kind of referring) this.#tell(kind, this.#current!, 'all');
        return;
      }
      case 'referring': {
        if (!this.#isSettled(referring)) return;
        this.#step = 'removing';
        for (const kind of referred) this.#tell(kind, kind === 'endpoints' ? this.#newestEndpoints : this.#current!, 'all');
        return;
      }
      case 'removing': {
        if (!this.#isSettled(kinds)) return;
        this.#step = 'idle';
      }
    }
  }

  get #newestEndpoints(): EnvoySet {
    const current = this.#current!;
    return this.#next === undefined ? current : { ...current, endpoints: withThoseOf(current.endpoints, this.#next.endpoints) };
  }

  #add(set: EnvoySet): void {
    const before = this.#told.clusters;
    const clusters = before === undefined ? set.clusters.resources.keys() : changedNames(before, set.clusters);
    this.#warming = new Set([...clusters].filter((name) => set.clusters.resources.has(name) && set.endpoints.resources.has(name)));
    for (const kind of referred) this.#tell(kind, set, 'additions');
    // A cluster that changed is made anew, and waits for its endpoints as if it had never had any.
    if (before !== undefined) this.#send(this.#streams.endpoints.repeat(this.#warming));
    if (this.#warming.size > 0) this.#deadline = setTimeout(() => this.#proceed(), longestWaitMs).unref();
  }

  #proceed(): void {
    this.#warming.clear();
    this.#advance();
  }

  #isWarm(): boolean {
    for (const name of this.#warming) {
      const endpoints = this.#told.endpoints?.resources.get(name);
      if (endpoints === undefined || this.#streams.endpoints.has(endpoints)) this.#warming.delete(name);
    }
    return this.#warming.size === 0;
  }

  /** Routes of a listener that it refuses are never asked for. */
  #hasAll(set: EnvoySet): boolean {
    if (this.#step !== 'idle' || this.#next !== undefined || !this.#isSettled(kinds)) return false;
    return this.#refusesListeners || referring.every((kind) => this.#streams[kind].hasAll(set[kind]));
  }

  #isSettled(some: readonly EnvoyResourceKind[]): boolean {
    return some.every((it) => this.#streams[it].isSettled);
  }

  #tell(kind: EnvoyResourceKind, set: EnvoySet, extent: 'all' | 'additions'): void {
    const before = this.#told[kind];
    this.#told[kind] = set[kind];
    this.#send(this.#streams[kind].want(set[kind], before === undefined ? undefined : changedNames(before, set[kind]), extent));
  }

  #send(response: DeltaResponse | undefined): void {
    if (response !== undefined) this.#options.send(response);
  }
}

/** The newer set, with what routes that are on their way may still need. */
function withThoseOf(current: ResourceSet, newer: ResourceSet): ResourceSet {
  const gone = [...changedNames(current, newer)].filter((it) => !newer.resources.has(it));
  return gone.length === 0 ? newer : { resources: new Map([...newer.resources, ...gone.flatMap((it): [string, VersionedResource][] => { const resource = current.resources.get(it); return resource === undefined ? [] : [[it, resource]]; })]) };
}
