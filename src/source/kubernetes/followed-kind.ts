import { isDeepStrictEqual } from 'node:util';
import type { Finding, SourceObject } from '../../contract/index.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import type { ClusterEvents } from './cluster-source.ts';
import type { KubeObject } from './kube-object.ts';
import { Reflector } from './reflector.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** A server that has just started may not know a kind for a moment, and what it has must not be forgotten for that. */
const surelyMissing = 3;

/** One kind, and what is known of it. */
export class FollowedKind {
  readonly resource: Resource;
  /** Each as it was when what is wanted of it last changed: its identity stays while only its status moves. */
  readonly objects = new Map<string, SourceObject>();
  /** Each as it was last seen. */
  readonly latest = new Map<string, KubeObject>();
  /** Its objects are known, or it is known that there are none to be had. */
  isRead = false;
  readonly #reflector: Reflector;
  #trouble: string | undefined;
  /** How often in a row the server did not know the kind. */
  #missed = 0;

  constructor(client: ApiClient, resource: Resource, changed: () => void, events: ClusterEvents) { // oxlint-disable-line max-params -- its wiring.
    this.resource = resource;
    this.#reflector = new Reflector(client, resource, {
      onSync: (objects) => {
        this.#sync(objects);
        this.isRead = true;
        this.#missed = 0;
        changed();
      },
      onWatch: () => {
        if (this.#trouble === undefined) return;
        events.onTrouble(`${resource.plural} are followed again`);
        this.#trouble = undefined;
        changed();
      },
      onChange: (key, object) => {
        if (object === undefined) this.#delete(key);
        else if (!this.#put(key, object)) return events.onStatus(resource.kind, key);
        changed();
      },
      onTrouble: (error) => {
        if (this.#fail(error, events)) changed();
      },
    });
    void this.#reflector.run();
  }

  /** Whether that changed what is known. */
  #fail(error: unknown, events: ClusterEvents): boolean {
    const wasRead = this.isRead;
    const isMissing = error instanceof ApiError && error.status === 404;
    this.#missed = isMissing ? this.#missed + 1 : 0;
    const isGone = this.#missed === surelyMissing && this.objects.size > 0;
    if (isGone) this.#sync(new Map());
    if (isMissing || (error instanceof ApiError && error.status === 403)) this.isRead = true;
    const told = isMissing && this.resource.isOptional === true ? undefined : troubleOf(this.resource, error);
    const isNew = told !== this.#trouble;
    this.#trouble = told;
    if (isNew && told !== undefined) events.onTrouble(told);
    return isNew || isGone || this.isRead !== wasRead;
  }

  stop(): void {
    this.#reflector.stop();
  }

  findings(): readonly Finding[] {
    return this.#trouble === undefined ? [] : [{ code: 'kind-unavailable', severity: 'warning', message: this.#trouble }];
  }

  #sync(objects: ReadonlyMap<string, KubeObject>): void {
    for (const key of this.objects.keys()) if (!objects.has(key)) this.#delete(key);
    for (const [key, object] of objects) this.#put(key, object);
  }

  #delete(key: string): void {
    this.objects.delete(key);
    this.latest.delete(key);
  }

  /** Whether what is wanted of the object changed. */
  #put(key: string, value: KubeObject): boolean {
    const before = this.latest.get(key);
    this.latest.set(key, value);
    if (before !== undefined && isSameWish(before, value)) return false;
    this.objects.set(key, { value, generation: value.metadata.generation ?? 0, order: 0, locate: () => undefined, excerpt: () => undefined });
    return true;
  }
}

/** The generation of an object counts the changes of its spec; kinds without one change as a whole. */
function isSameWish({ metadata: before }: KubeObject, { metadata: after }: KubeObject): boolean {
  if (before.uid !== after.uid || before.generation !== after.generation) return false;
  if (after.generation === undefined) return before.resourceVersion === after.resourceVersion;
  return isDeepStrictEqual(before.labels, after.labels) && isDeepStrictEqual(before.annotations, after.annotations);
}

function troubleOf(resource: Resource, error: unknown): string {
  const what = `${resource.plural} (${apiVersionOf(resource)})`;
  if (error instanceof ApiError && error.status === 404) return `${what} are not known to the API server; install the CRDs of Gateway API v1.7`;
  return `${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
