import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceObject } from '../../contract/index.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import type { ClusterEvents } from './cluster-source.ts';
import { FollowedKind } from './followed-kind.ts';
import type { KubeObject } from './kube-object.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** How often the server is asked what it serves; sooner while it has not answered yet. */
const [probeMs, retryMs] = [30_000, 1000];

export interface ProbeSettings {
  readonly client: ApiClient;
  readonly events: ClusterEvents;
  /** Milliseconds between two looks. */
  readonly every?: number;
  changed(): void;
}

/**
 * A kind that a cluster may serve in an older version alone, or lack. The server's own account of what it serves decides, from time to time anew
 * (GEP-5075: discovery, never requests that would fail); where it serves nothing of the kind, the kind is empty and not followed.
 */
export class ProbedKind {
  readonly resource: Resource;
  readonly #settings: ProbeSettings;
  readonly #ended = new AbortController();
  #followed: FollowedKind | undefined;
  /** Another version, until all of it is known: what was known so far holds until then. */
  #next: FollowedKind | undefined;
  #hasAnswer = false;
  #trouble: string | undefined;

  constructor(resource: Resource, settings: ProbeSettings) {
    this.resource = resource;
    this.#settings = settings;
    void this.#run();
  }

  get objects(): ReadonlyMap<string, SourceObject> {
    return this.#followed?.objects ?? new Map();
  }

  get latest(): ReadonlyMap<string, KubeObject> {
    return this.#followed?.latest ?? new Map();
  }

  get isRead(): boolean {
    return this.#hasAnswer && this.#followed?.isRead !== false;
  }

  get isServed(): boolean {
    return this.#followed !== undefined;
  }

  findings(): ReturnType<FollowedKind['findings']> {
    return this.#followed?.findings() ?? [];
  }

  stop(): void {
    this.#ended.abort();
    this.#followed?.stop();
    this.#next?.stop();
  }

  async #run(): Promise<void> {
    const { client, every = probeMs } = this.#settings;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const { isOptional, version } = this.resource;
        // One that must be there is waited for, and said to be missing.
        this.#take(await servedVersion(client, this.resource, signal) ?? (isOptional === true ? undefined : version));
        this.#trouble = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
      }
      await sleep(this.#hasAnswer ? every : retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A server that is out of reach has said nothing; one that refuses to say has the kind for others. */
  #fail(error: unknown): void {
    const { events, changed } = this.#settings;
    const told = `whether the API server serves ${this.resource.plural} is not known: ${error instanceof Error ? error.message : String(error)}`;
    if (told !== this.#trouble) events.onTrouble(told);
    this.#trouble = told;
    if (this.#hasAnswer || !(error instanceof ApiError)) return;
    this.#hasAnswer = true;
    changed();
  }

  #take(version: string | undefined): void {
    const isFirst = !this.#hasAnswer;
    this.#hasAnswer = true;
    const current = (this.#next ?? this.#followed)?.resource.version;
    if (version === undefined) {
      if (isFirst || current !== undefined) this.#leave();
    } else if (version !== current) this.#follow(version, isFirst ? 'now' : 'once read');
  }

  #leave(): void {
    this.#next?.stop();
    this.#followed?.stop();
    this.#next = this.#followed = undefined;
    this.#settings.changed();
  }

  /** At the start everybody waits for its first list; later what is known stays in force until then. */
  #follow(version: string, counts: 'now' | 'once read'): void {
    const { client, events, changed } = this.#settings;
    this.#next?.stop();
    const next = new FollowedKind(client, { ...this.resource, version }, () => {
      if (next === this.#next && next.isRead) this.#goOverTo(next);
      if (next === this.#followed) changed();
    }, events);
    if (counts === 'now') this.#followed = next;
    else this.#next = next;
  }

  #goOverTo(next: FollowedKind): void {
    this.#followed?.stop();
    this.#followed = next;
    this.#next = undefined;
  }
}

/** The first of the resource's versions that the server serves it in; undefined: none. Throws where the server can't be asked. */
export async function servedVersion(client: ApiClient, resource: Resource, signal: AbortSignal): Promise<string | undefined> {
  for (const version of [resource.version, ...resource.olderVersions ?? []]) {
    if (await isServed(client, { ...resource, version }, signal)) return version;
  }
  return undefined;
}

async function isServed(client: ApiClient, resource: Resource, signal: AbortSignal): Promise<boolean> {
  try {
    const { resources } = await client.call<{ readonly resources: readonly { readonly name: string }[] }>({ method: 'GET', path: `/apis/${apiVersionOf(resource)}`, signal });
    return resources.some(({ name }) => name === resource.plural);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
