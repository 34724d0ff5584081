import { covers } from '../../attach/index.ts';
import { describeRef, type Finding } from '../../contract/index.ts';
import type { Listener, Route, RouteKey } from '../../ir/index.ts';
import type { Known } from '../known.ts';
import { gatewayOf } from '../names.ts';
import { findingAt } from './written-at.ts';
import { isChallengePath } from './challenge-path.ts';

/** Routes that one Gateway serves for the same host with TLS and without: whoever listens in reads cookies and passwords. */
export function plainHttp(known: Known): Finding[] {
  const told = new Map<string, Finding>();
  for (const listeners of byGateway(Object.values(known.ir.listeners)).values()) {
    const secure = hostsByRoute(listeners.filter(({ protocol }) => protocol === 'https'));
    if (secure.size === 0) continue;
    for (const listener of listeners.filter(({ protocol }) => protocol === 'http')) {
      for (const { hostname, routes } of listener.hosts) {
        for (const key of routes) noteRoute({ known, listener, hostname, key, secure: secure.get(key) }, told);
      }
    }
  }
  return [...told.values()];
}

interface Served {
  readonly known: Known;
  readonly listener: Listener;
  readonly hostname: string;
  readonly key: RouteKey;
  /** Where it is served with TLS, by hostname. */
  readonly secure: ReadonlyMap<string, Listener> | undefined;
}

function noteRoute({ known, listener, hostname, key, secure }: Served, told: Map<string, Finding>): void {
  const route = known.ir.routes[key] as Route;
  const other = [...secure ?? []].find(([host]) => host === '' || hostname === '' || covers(host, hostname) || covers(hostname, host));
  const name = describeRef(route.origin);
  if (other === undefined || told.has(name) || route.action.kind !== 'forward' || isChallengePath(route.match.path)) return;
  const [plain, sealed] = [listener.origin.section ?? '', other[1].origin.section ?? ''];
  const host = hostname === '' ? 'every host' : hostname;
  told.set(name, findingAt(known, 'plain-http', { ref: route.origin, path: ['spec', 'parentRefs'] }, {
    message: `${name} serves ${host} in plain text on listener ${plain} (port ${listener.port}) and with TLS on listener ${sealed} (port ${other[1].port}).`,
    hint: `Attach it to ${sealed} alone (sectionName: ${sealed} in parentRefs), and let a route on ${plain} redirect to https.`,
  }));
}

function byGateway(listeners: readonly Listener[]): Map<string, Listener[]> {
  const groups = new Map<string, Listener[]>();
  for (const listener of listeners) {
    const name = describeRef(gatewayOf(listener.origin));
    groups.set(name, [...(groups.get(name) ?? []), listener]);
  }
  return groups;
}

function hostsByRoute(listeners: readonly Listener[]): Map<RouteKey, Map<string, Listener>> {
  const found = new Map<RouteKey, Map<string, Listener>>();
  for (const listener of listeners) {
    for (const { hostname, routes } of listener.hosts) {
      for (const key of routes) found.set(key, (found.get(key) ?? new Map<string, Listener>()).set(hostname, listener));
    }
  }
  return found;
}
