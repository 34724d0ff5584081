import type { Finding } from '../../contract/index.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import type { ClusterEvents } from './cluster-source.ts';
import { sourceOf, type FollowOptions } from './followed-kind.ts';
import type { KubeObject } from './kube-object.ts';
import { NotedObjects } from './noted-objects.ts';
import { Reading } from './reading.ts';
import { apiVersionOf, pathOf, type Resource } from './resource.ts';
import { trimmed } from './trimmed.ts';
import { Turns } from './turns.ts';

/** So long others wait for an object that was just named; after that it is not there until it comes. */
const patienceMs = 5000;
const retryMs = 2000;
const mostAtOnce = 32;

/**
 * A kind of which only those objects are read that something refers to. Of all others not even their content travels: the watch is told names and
 * versions alone, and what is wanted is asked for by name.
 */
export class ReferencedKind {
  readonly resource: Resource;
  readonly objects = new NotedObjects();
  readonly latest = new Map<string, KubeObject>();
  readonly #client: ApiClient;
  readonly #changed: () => void;
  readonly #events: ClusterEvents;
  readonly #namespaces: readonly string[] | undefined;
  readonly #reading: Reading;
  readonly #wanted = new Set<string>();
  /** Wanted, and not yet known whether there is one. */
  readonly #unsettled = new Set<string>();
  /** Being asked for; `again`: there was news meanwhile. */
  readonly #asked = new Map<string, { again: boolean }>();
  readonly #turns = new Turns(mostAtOnce);
  readonly #ended = new AbortController();

  constructor(client: ApiClient, resource: Resource, changed: () => void, events: ClusterEvents, options: FollowOptions = {}) { // oxlint-disable-line max-params -- its wiring, as FollowedKind's.
    this.resource = resource;
    this.#client = client;
    this.#changed = changed;
    this.#events = events;
    this.#namespaces = options.namespaces;
    this.#reading = new Reading(client, { resource, isMetadataOnly: true, ...options }, {
      onSync: (objects, isInside) => {
        for (const key of this.#wanted) if (isInside(key)) this.#see(key, objects.get(key));
      },
      onChange: (key, object) => {
        if (this.#wanted.has(key)) this.#see(key, object);
      },
      onNews: changed,
      onTrouble: (message) => events.onTrouble(message),
    });
  }

  /** Those that are wanted are known, or known to be missing. */
  get isRead(): boolean {
    return this.#reading.isRead && this.#unsettled.size === 0;
  }

  want(key: string, isWanted: boolean): void {
    if (isWanted && !this.#wanted.has(key)) {
      this.#wanted.add(key);
      if (!this.#isReadable(key)) return;
      this.#unsettled.add(key);
      void this.#ask(key);
    } else if (!isWanted) {
      this.#wanted.delete(key);
      this.#unsettled.delete(key);
      this.#drop(key);
    }
  }

  stop(): void {
    this.#ended.abort();
    this.#reading.stop();
  }

  findings(): readonly Finding[] {
    return this.#reading.findings();
  }

  #isReadable(key: string): boolean {
    return this.#namespaces === undefined || this.#namespaces.includes(key.slice(0, key.indexOf('/')));
  }

  /** The watch's word of it. */
  #see(key: string, seen: KubeObject | undefined): void {
    const running = this.#asked.get(key);
    if (running !== undefined) running.again = true;
    else if (seen === undefined) {
      if (this.#drop(key)) this.#changed();
    } else if (this.latest.get(key)?.metadata.resourceVersion !== seen.metadata.resourceVersion) void this.#ask(key);
  }

  /** Never rejects. */
  async #ask(key: string): Promise<void> {
    const running = this.#asked.get(key);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: false };
    this.#asked.set(key, state);
    try {
      do {
        state.again = false;
        this.#put(key, await this.#turns.take(() => this.#get(key)));
      } while (state.again && this.#wanted.has(key));
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#fail(key, error);
    }
    this.#asked.delete(key);
    this.#settle(key);
  }

  async #get(key: string): Promise<KubeObject | undefined> {
    const [namespace = '', name = ''] = key.split('/');
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(patienceMs)]);
    try {
      return await this.#client.call<KubeObject>({ method: 'GET', path: pathOf(this.resource, { namespace, name }), signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  #put(key: string, object: KubeObject | undefined): void {
    if (object === undefined) this.#drop(key);
    else if (this.#wanted.has(key) && this.latest.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) {
      const kept = trimmed({ ...object, apiVersion: apiVersionOf(this.resource), kind: this.resource.kind });
      this.latest.set(key, kept);
      this.objects.set(key, sourceOf(kept));
    }
  }

  #drop(key: string): boolean {
    this.latest.delete(key);
    return this.objects.delete(key);
  }

  #settle(key: string): void {
    this.#unsettled.delete(key);
    if (this.#unsettled.size === 0) this.#changed();
  }

  /** What is known of it stays until it can be asked again. */
  #fail(key: string, error: unknown): void {
    this.#events.onTrouble(`${this.resource.kind} ${key} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    setTimeout(() => {
      if (this.#wanted.has(key) && !this.#ended.signal.aborted) void this.#ask(key);
    }, retryMs).unref();
  }
}
