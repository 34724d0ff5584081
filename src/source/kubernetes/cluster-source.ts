import type { Snapshot } from '../../contract/index.ts';
import { ApiClient } from './api-client.ts';
import { Burst } from './burst.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';
import { FollowedKind } from './followed-kind.ts';
import { Gathering } from './gathering.ts';
import { ProbedKind } from './probed-kind.ts';
import { ReferencedKind } from './referenced-kind.ts';
import { References, referencesIn, referringKinds } from './references.ts';
import type { ReflectorTimes } from './reflector.ts';
import { saidOnce } from './said-once.ts';
import { type Resource, watchedResources } from './resource.ts';

/** Kubernetes objects of a cluster, followed. */
export interface ClusterSource {
  /** The object as it was last seen. */
  find(kind: string, key: string): KubeObject | undefined;
  /** All objects of a kind as they were last seen. */
  all(kind: string): Iterable<KubeObject>;
  /** Whether the API server has the kind; of most kinds that is taken for granted. */
  serves(kind: string): boolean;
  close(): void;
}

export interface ClusterEvents {
  /** All kinds were read once, and again after each change of what is wanted, several changes at once. */
  onSnapshot(snapshot: Snapshot): void;
  /** Only the status of an object changed, and not necessarily by us. */
  onStatus(kind: string, key: string): void;
  /** The server can't be reached, a kind is missing or forbidden, or all is well again: a sentence for the log. */
  onTrouble(message: string): void;
}

export interface ClusterScope {
  /** Only these are read; undefined: all. */
  readonly namespaces?: readonly string[];
  readonly times?: Partial<ReflectorTimes>;
}

/** Of these kinds a cluster has many that are none of our business, and what is in them is not for us. */
const referencedOnly: ReadonlySet<string> = new Set(['Secret', 'ConfigMap']);

/** Follows everything that Postern reads of a cluster. */
export function openClusterSource(access: ClusterAccess, told: ClusterEvents, scope: ClusterScope = {}): ClusterSource {
  const events: ClusterEvents = { onSnapshot: (it) => told.onSnapshot(it), onStatus: (kind, key) => told.onStatus(kind, key), onTrouble: saidOnce((it) => told.onTrouble(it)) };
  const client = new ApiClient(access);
  const references = new References(({ kind, key }, isWanted) => {
    const named = byKind.get(kind);
    if (named instanceof ReferencedKind) named.want(key, isWanted);
  });
  const follow = (resource: Resource): FollowedKind | ProbedKind | ReferencedKind => {
    if (resource.olderVersions !== undefined) return new ProbedKind(resource, { client, events, changed });
    if (referencedOnly.has(resource.kind)) return new ReferencedKind(client, resource, changed, events, scope);
    if (!referringKinds.has(resource.kind)) return new FollowedKind(client, resource, changed, events, scope);
    return new FollowedKind(client, resource, changed, events, {
      ...scope, onObject: (key, object) => references.set(`${resource.kind} ${key}`, object === undefined ? [] : referencesIn(object)),
    });
  };
  const kinds = watchedResources.map(follow);
  const byKind = new Map<string, (typeof kinds)[number]>(kinds.map((it) => [it.resource.kind, it]));
  const inSnapshots = kinds.filter((it) => it.resource.isAside !== true);
  const gathering = new Gathering(inSnapshots);
  let isClosed = false;
  const burst = new Burst({
    // Something that was named meanwhile is asked for first, so that it is never taken for missing.
    canTell: () => !isClosed && kinds.every((it) => it.isRead),
    tell: () => events.onSnapshot(gathering.snapshot(kinds.flatMap((it) => it.findings()))),
  });
  function changed(): void {
    burst.change();
  }
  return {
    find: (kind, key) => byKind.get(kind)?.latest.get(key),
    all: (kind) => byKind.get(kind)?.latest.values() ?? [],
    serves(kind) {
      const found = byKind.get(kind);
      return found instanceof ProbedKind ? found.isServed : found !== undefined;
    },
    close() {
      isClosed = true;
      for (const one of kinds) one.stop();
      client.close();
    },
  };
}
