import { hasSameContent } from '../../base/index.ts';
import type { Finding, SourceObject } from '../../contract/index.ts';
import type { ApiClient } from './api-client.ts';
import type { ClusterEvents } from './cluster-source.ts';
import type { KubeObject } from './kube-object.ts';
import { NotedObjects } from './noted-objects.ts';
import { Reading } from './reading.ts';
import type { ReflectorTimes } from './reflector.ts';
import type { Resource } from './resource.ts';

export interface FollowOptions {
  /** Only these are read, of a kind that has namespaces. */
  readonly namespaces?: readonly string[];
  readonly times?: Partial<ReflectorTimes>;
  /** What is wanted of an object changed; undefined: it is gone. */
  onObject?(key: string, object: KubeObject | undefined): void;
}

/** One kind, and what is known of it. */
export class FollowedKind {
  readonly resource: Resource;
  /** Each as it was when what is wanted of it last changed, without its status: its identity stays while only its status moves. */
  readonly objects = new NotedObjects();
  /** Each as it was last seen. */
  readonly latest = new Map<string, KubeObject>();
  readonly #reading: Reading;
  readonly #onObject: FollowOptions['onObject'];

  constructor(client: ApiClient, resource: Resource, changed: () => void, events: ClusterEvents, options: FollowOptions = {}) { // oxlint-disable-line max-params -- its wiring.
    this.resource = resource;
    this.#onObject = options.onObject;
    this.#reading = new Reading(client, { resource, ...options }, {
      onSync: (objects, isInside) => this.#sync(objects, isInside),
      onChange: (key, object) => {
        if (object === undefined) this.#delete(key);
        else if (!this.#put(key, object)) return events.onStatus(resource.kind, key);
        changed();
      },
      onNews: changed,
      onTrouble: (message) => events.onTrouble(message),
    });
  }

  /** Its objects are known, or it is known that there are none to be had. */
  get isRead(): boolean {
    return this.#reading.isRead;
  }

  stop(): void {
    this.#reading.stop();
  }

  findings(): readonly Finding[] {
    return this.#reading.findings();
  }

  #sync(objects: ReadonlyMap<string, KubeObject>, isInside: (key: string) => boolean): void {
    for (const key of this.objects.keys()) if (isInside(key) && !objects.has(key)) this.#delete(key);
    for (const [key, object] of objects) this.#put(key, object);
  }

  #delete(key: string): void {
    this.objects.delete(key);
    this.latest.delete(key);
    this.#onObject?.(key, undefined);
  }

  /** Whether what is wanted of the object changed. */
  #put(key: string, value: KubeObject): boolean {
    const before = this.latest.get(key);
    if (before !== undefined && isSameWish(before, value)) {
      // The specs are equal, and one copy is enough.
      this.latest.set(key, 'spec' in before ? { ...value, spec: before.spec } as KubeObject : value);
      return false;
    }
    this.latest.set(key, value);
    this.objects.set(key, sourceOf(value));
    this.#onObject?.(key, value);
    return true;
  }
}

/** As the rest of the program takes it; nobody reads what others made of it. */
export function sourceOf(object: KubeObject): SourceObject {
  const { status: _, ...value } = object;
  return { value, generation: value.metadata.generation ?? 0, order: 0, locate: () => undefined, excerpt: () => undefined };
}

/** The generation of an object counts the changes of its spec; kinds without one change as a whole. */
function isSameWish({ metadata: before }: KubeObject, { metadata: after }: KubeObject): boolean {
  if (before.uid !== after.uid || before.generation !== after.generation) return false;
  if (after.generation === undefined) return before.resourceVersion === after.resourceVersion;
  return hasSameContent(before.labels, after.labels) && hasSameContent(before.annotations, after.annotations);
}
