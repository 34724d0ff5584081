import type { Snapshot } from '../../contract/index.ts';
import { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';
import { FollowedKind } from './followed-kind.ts';
import { watchedResources } from './resource.ts';

/** Kubernetes objects of a cluster, followed. */
export interface ClusterSource {
  /** The object as it was last seen. */
  find(kind: string, key: string): KubeObject | undefined;
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

/** Changes are gathered for this long, so that a burst of them is one snapshot. */
const quietMs = 5;

/** Follows everything that Postern reads of a cluster. */
export function openClusterSource(access: ClusterAccess, events: ClusterEvents): ClusterSource {
  const client = new ApiClient(access);
  const kinds = watchedResources.map((resource) => new FollowedKind(client, resource, changed, events));
  let timer: NodeJS.Timeout | undefined;
  function changed(): void {
    if (timer !== undefined || !kinds.every((it) => it.isRead)) return;
    timer = setTimeout(() => {
      timer = undefined;
      events.onSnapshot({ objects: kinds.flatMap((it) => [...it.objects.values()]), findings: kinds.flatMap((it) => it.findings()) });
    }, quietMs);
  }
  const byKind = new Map(kinds.map((it) => [it.resource.kind, it]));
  return {
    find: (kind, key) => byKind.get(kind)?.latest.get(key),
    close() {
      clearTimeout(timer);
      for (const one of kinds) one.stop();
      client.close();
    },
  };
}
