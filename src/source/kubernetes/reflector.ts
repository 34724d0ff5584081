import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from './api-client.ts';
import { lines } from './lines.ts';
import { keyOf, type KubeObject } from './kube-object.ts';
import { apiVersionOf, pathOf, type Resource } from './resource.ts';

/** What a reflector tells. */
export interface ReflectorEvents {
  /** All objects, at the start and whenever the watch had to begin anew. */
  onSync(objects: ReadonlyMap<string, KubeObject>): void;
  onChange(key: string, object: KubeObject | undefined): void;
  /** The watch runs: what was known is up to date again. */
  onWatch(): void;
  /** Something went wrong and is tried again; again and again until it works. */
  onTrouble(error: unknown): void;
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number; readonly reason?: string; readonly message?: string };
}

interface Page {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

const pageSize = 500;
/** The server ends a watch after this long, spread so that not all of them end at once. Seconds. */
const watchSeconds = 300;
const [shortestWaitMs, longestWaitMs] = [100, 10_000];
/** A kind that the cluster does not have is looked for this often. */
const missingMs = 3000;
const silenceMs = 150_000;

/** Follows all objects of one kind: a list in pages, then a watch that goes on where the last one ended. */
export class Reflector {
  readonly #client: ApiClient;
  readonly #resource: Resource;
  readonly #events: ReflectorEvents;
  readonly #ended = new AbortController();
  #waitMs = shortestWaitMs;
  /** Where the watch goes on; undefined: all must be listed. */
  #version: string | undefined;

  constructor(client: ApiClient, resource: Resource, events: ReflectorEvents) {
    this.#client = client;
    this.#resource = resource;
    this.#events = events;
  }

  /** Runs until `stop`; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
        await sleep(shortestWaitMs, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        // Whatever the server itself refuses needs a new list; where only the way to it broke, the watch goes on where it was.
        if (error instanceof ApiError) this.#version = undefined;
        if (!isGone(error)) await this.#recover(error);
      }
    }
  }

  stop(): void {
    this.#ended.abort();
  }

  /** Waits longer from time to time. */
  async #recover(error: unknown): Promise<void> {
    this.#events.onTrouble(error);
    const isMissing = error instanceof ApiError && error.status === 404;
    const waitMs = isMissing ? missingMs : this.#waitMs;
    this.#waitMs = Math.min(this.#waitMs * 2, longestWaitMs);
    await sleep(waitMs * (0.5 + Math.random()), undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }

  async #list(): Promise<string> {
    const objects = new Map<string, KubeObject>();
    let next: string | undefined;
    for (;;) {
      const query = { ...this.#selector(), limit: String(pageSize), ...(next === undefined ? {} : { continue: next }) };
      const page = await this.#client.call<Page>({ method: 'GET', path: pathOf(this.#resource), query, signal: this.#ended.signal });
      for (const item of page.items) objects.set(keyOf(item), this.#own(item));
      next = page.metadata.continue;
      if (next !== undefined && next !== '') continue;
      this.#events.onSync(objects);
      return page.metadata.resourceVersion;
    }
  }

  /** Reads one watch to its end. */
  async #watch(from: string): Promise<void> {
    const seconds = Math.round(watchSeconds * (1 + Math.random()));
    const query = { ...this.#selector(), watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: String(seconds) };
    const response = await this.#client.open({ method: 'GET', path: pathOf(this.#resource), query, signal: this.#ended.signal });
    this.#waitMs = shortestWaitMs;
    this.#events.onWatch();
    // Bookmarks come about once a minute, so silence means that the connection is dead.
    response.setTimeout(silenceMs, () => response.destroy(new Error('the watch is silent')));
    for await (const line of lines(response)) this.#version = this.#take(JSON.parse(line) as WatchEvent);
  }

  #take({ type, object }: WatchEvent): string {
    if (type === 'ERROR') throw new ApiError(object.code ?? 0, object.reason ?? '', object.message ?? 'the watch failed');
    if (type === 'DELETED') this.#events.onChange(keyOf(object), undefined);
    else if (type !== 'BOOKMARK') this.#events.onChange(keyOf(object), this.#own(object));
    return object.metadata.resourceVersion;
  }

  #selector(): Readonly<Record<string, string>> {
    return this.#resource.fieldSelector === undefined ? {} : { fieldSelector: this.#resource.fieldSelector };
  }

  /** Items of a list lack their type, and nobody reads who managed which field. */
  #own(object: KubeObject): KubeObject {
    const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
    return { ...object, apiVersion: apiVersionOf(this.#resource), kind: this.#resource.kind, metadata };
  }
}

/** The version that a watch was to go on from is forgotten: only a new list helps. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone');
}
