import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from './api-client.ts';
import { keyOf, type KubeObject } from './kube-object.ts';
import { lines } from './lines.ts';
import { apiVersionOf, collectionPath, type Resource } from './resource.ts';
import { trimmed } from './trimmed.ts';

export interface ReflectorEvents {
  /** All objects, at the start and whenever the watch had to begin anew. */
  onSync(objects: ReadonlyMap<string, KubeObject>): void;
  onChange(key: string, object: KubeObject | undefined): void;
  /** The watch runs: what was known is up to date again. */
  onWatch(): void;
  /** Something went wrong and is tried again; again and again until it works. */
  onTrouble(error: unknown): void;
}

/** Which objects are followed. */
export interface Followed {
  readonly resource: Resource;
  /** Only those of this namespace. */
  readonly namespace?: string;
  /** Only those that this picks, besides what the resource itself asks. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Name, labels and version come, and no content (meta/v1 PartialObjectMetadata). */
  readonly isMetadataOnly?: boolean;
  /** Content comes that is of use for one reader alone, and is dropped otherwise. */
  readonly isWhole?: boolean;
}

/** Milliseconds. */
export interface ReflectorTimes {
  /** The server ends a watch after once to twice this long, spread so that not all of them end at once. */
  readonly watch: number;
  readonly shortestWait: number;
  readonly longestWait: number;
  /** A kind that the cluster does not have is looked for this often. */
  readonly missing: number;
  /** Bookmarks come about once a minute, so a watch that is silent for longer is dead. */
  readonly silence: number;
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number; readonly reason?: string; readonly message?: string };
}

interface Page {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  /** Null where a list of metadata has none. */
  readonly items: readonly KubeObject[] | null;
}

const pageSize = 500;
const usualTimes: ReflectorTimes = { watch: 300_000, shortestWait: 100, longestWait: 5000, missing: 3000, silence: 90_000 };
/** So many refusals in a row mean that the place to go on from is itself what the server cannot serve. */
const mostRefusals = 3;
const partial = 'g=meta.k8s.io;v=v1';

/** Follows objects of one kind: a list in pages, then a watch that goes on where the last one ended. */
export class Reflector {
  readonly #client: ApiClient;
  readonly #followed: Followed;
  readonly #events: ReflectorEvents;
  readonly #times: ReflectorTimes;
  readonly #ended = new AbortController();
  #waitMs: number;
  #refusals = 0;
  /** A list took longer than its pages are kept for: the next one comes in one piece. */
  #isTooSlow = false;
  /** Where the watch goes on; undefined: all must be listed. */
  #version: string | undefined;

  constructor(client: ApiClient, followed: Followed, events: ReflectorEvents, times: Partial<ReflectorTimes> = {}) { // oxlint-disable-line max-params -- its wiring.
    this.#client = client;
    this.#followed = followed;
    this.#events = events;
    this.#times = { ...usualTimes, ...times };
    this.#waitMs = this.#times.shortestWait;
  }

  /** Runs until `stop`; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      let waitMs = this.#times.shortestWait;
      try {
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
      } catch (error) {
        if (signal.aborted) return;
        waitMs = this.#afterError(error);
      }
      await sleep(waitMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#ended.abort();
  }

  /** How long to wait; longer from time to time. Where only the way to the server broke, or it is overloaded, the watch goes on where it was. */
  #afterError(error: unknown): number {
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(waitMs * 2, this.#times.longestWait);
    if (!(error instanceof ApiError)) {
      this.#events.onTrouble(error);
      return waitMs;
    }
    this.#refusals++;
    const isOverloaded = error.status === 429 || error.status >= 500;
    if (!isOverloaded || this.#refusals >= mostRefusals) this.#version = undefined;
    if (!isGone(error)) this.#events.onTrouble(error);
    return error.status === 404 ? this.#times.missing : waitMs;
  }

  async #list(): Promise<string> {
    const objects = new Map<string, KubeObject>();
    let next: string | undefined;
    for (;;) {
      const limits = { ...(this.#isTooSlow ? {} : { limit: String(pageSize) }), ...(next === undefined ? {} : { continue: next }) };
      const page = await this.#page(limits, next !== undefined);
      for (const item of page.items ?? []) objects.set(keyOf(item), this.#own(item));
      next = page.metadata.continue;
      if (next !== undefined && next !== '') continue;
      this.#isTooSlow = false;
      this.#events.onSync(objects);
      return page.metadata.resourceVersion;
    }
  }

  async #page(limits: Readonly<Record<string, string>>, isContinued: boolean): Promise<Page> {
    const { resource, namespace } = this.#followed;
    try {
      const accept = this.#accept('PartialObjectMetadataList');
      return await this.#client.call<Page>({ method: 'GET', path: collectionPath(resource, namespace), query: { ...this.#selectors(), ...limits }, ...accept, signal: this.#ended.signal });
    } catch (error) {
      if (isContinued && isGone(error)) this.#isTooSlow = true;
      throw error;
    }
  }

  /** Reads one watch to its end. */
  async #watch(from: string): Promise<void> {
    const { resource, namespace } = this.#followed;
    const seconds = Math.ceil(this.#times.watch / 1000 * (1 + Math.random()));
    const query = { ...this.#selectors(), watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: String(seconds) };
    const response = await this.#client.open({ method: 'GET', path: collectionPath(resource, namespace), query, ...this.#accept('PartialObjectMetadata'), signal: this.#ended.signal, silenceMs: this.#times.silence });
    this.#events.onWatch();
    for await (const line of lines(response)) {
      this.#version = this.#take(JSON.parse(line) as WatchEvent);
      this.#refusals = 0;
      this.#waitMs = this.#times.shortestWait;
    }
  }

  #take({ type, object }: WatchEvent): string {
    if (type === 'ERROR') throw new ApiError(object.code ?? 0, object.reason ?? '', object.message ?? 'the watch failed');
    if (type === 'DELETED') this.#events.onChange(keyOf(object), undefined);
    else if (type !== 'BOOKMARK') this.#events.onChange(keyOf(object), this.#own(object));
    return object.metadata.resourceVersion;
  }

  #selectors(): Readonly<Record<string, string>> {
    const { resource, fieldSelector, labelSelector } = this.#followed;
    const fields = [resource.fieldSelector, fieldSelector].filter((it) => it !== undefined).join(',');
    return { ...(fields === '' ? {} : { fieldSelector: fields }), ...(labelSelector === undefined ? {} : { labelSelector }) };
  }

  #accept(as: string): { readonly accept?: string } {
    return this.#followed.isMetadataOnly === true ? { accept: `application/json;as=${as};${partial}` } : {};
  }

  /** Items of a list lack their type. */
  #own(object: KubeObject): KubeObject {
    const { resource, isWhole } = this.#followed;
    const whole = { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
    return isWhole === true ? whole : trimmed(whole);
  }
}

/** The version that a list or watch was to go on from is forgotten: only a new list helps. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone');
}
