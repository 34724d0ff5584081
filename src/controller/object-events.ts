import type { Finding } from '../contract/index.ts';
import type { ClusterSource, WantedEvent } from '../source/index.ts';

/** The specification gives objects whose parents do not exist no status, so people hear of them by Events. */
export function objectEvents(findings: readonly Finding[], find: ClusterSource['find']): WantedEvent[] {
  return findings.flatMap(({ code, severity, object, message, hint }) => {
    // A parent of a kind that others serve is a warning, and theirs to judge.
    if (code !== 'parent-not-found' || severity !== 'error' || object === undefined) return [];
    const { kind, namespace, name } = object;
    const live = find(kind, `${namespace}/${name}`);
    if (live === undefined) return [];
    const regarding = { apiVersion: live.apiVersion, kind, namespace, name, uid: live.metadata.uid };
    return [{ regarding, reason: 'ParentNotFound', action: 'Attach', note: hint === undefined ? message : `${message} ${hint}` }];
  });
}
