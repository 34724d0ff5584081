import type { Finding, FindingCode } from '../contract/index.ts';
import type { ClusterSource, WantedEvent } from '../source/index.ts';

const toldByEvent: Partial<Record<FindingCode, Pick<WantedEvent, 'reason' | 'action'>>> = {
  'parent-not-found': { reason: 'ParentNotFound', action: 'Attach' },
  'not-carried': { reason: 'RefusedByDataPlane', action: 'Program' },
};

/** What people hear of by Events. The specification gives objects whose parents do not exist no status; and what a data plane refuses comes as a surprise. */
export function objectEvents(findings: readonly Finding[], find: ClusterSource['find']): WantedEvent[] {
  return findings.flatMap(({ code, severity, object, message, hint }) => {
    // A parent of a kind that others serve is a warning, and theirs to judge; what is known not to be carried is one too.
    const words = toldByEvent[code];
    if (words === undefined || severity !== 'error' || object === undefined) return [];
    const { kind, namespace, name } = object;
    const live = find(kind, `${namespace}/${name}`);
    if (live === undefined) return [];
    const regarding = { apiVersion: live.apiVersion, kind, namespace, name, uid: live.metadata.uid };
    return [{ regarding, ...words, note: hint === undefined ? message : `${message} ${hint}` }];
  });
}
