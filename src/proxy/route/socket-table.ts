import type { BackendKey, CertificateKey, Ir, Listener, ListenerKey, RouteKey, SocketKey } from '../../ir/index.ts';
import { type CompiledAction, compileAction, type PoolOf } from './action.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';
import { HostTable } from './host-table.ts';
import { canonicalHost, covers, HostnameMap } from './hostname.ts';
import { compilePredicates } from './predicates.ts';
import type { RequestView } from './request-view.ts';

/** One listener, compiled. */
export interface ListenerTable {
  readonly key: ListenerKey;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly hosts: readonly HostTable<CompiledAction>[];
}

/** What a Host leads to: its listener, and the host tables that cover it in order. */
export interface Resolution {
  readonly host: string;
  readonly listener: ListenerTable;
  readonly hosts: readonly HostTable<CompiledAction>[];
}

const mostRemembered = 4096;

/** Everything that is served on one socket: immutable but for the hosts that it remembers. */
export class SocketTable {
  private readonly listeners = new HostnameMap<ListenerTable>();
  private readonly remembered = new Map<string, Resolution>();

  add(hostname: string, listener: ListenerTable): void {
    this.listeners.add(hostname, listener);
  }

  /** The listener of a canonical host or server name: the most specific hostname wins. */
  listenerOf(host: string): ListenerTable | undefined {
    return this.listeners.find(host);
  }

  /** What the Host as sent leads to; remembered by its very text, so a known one costs a single look-up. */
  resolve(sent: string): Resolution | undefined {
    const known = this.remembered.get(sent);
    if (known !== undefined) return known;
    const host = canonicalHost(sent);
    const listener = this.listeners.find(host);
    if (listener === undefined) return undefined;
    const resolution = { host, listener, hosts: listener.hosts.filter(({ hostname }) => covers(hostname, host)) };
    if (this.remembered.size >= mostRemembered) this.remembered.clear();
    this.remembered.set(sent, resolution);
    return resolution;
  }
}

/** What is done with a request: the first route that matches, host by host. */
export function findAction(resolution: Resolution, request: RequestView): CompiledAction | undefined {
  for (const host of resolution.hosts) {
    const rule = host.find(request);
    if (rule !== undefined) return rule.action;
  }
  return undefined;
}

/** Where the pool of a backend is found that is shown a certificate; none for plain text. */
export type ShownPoolOf = (key: BackendKey, certificate: CertificateKey | undefined) => BackendPool;

/** Compiles the listeners of an IR, by socket. */
export function compileSockets(ir: Ir, poolOf: ShownPoolOf, defaultRequestMs: number): Map<SocketKey, SocketTable> {
  const tables = new Map<SocketKey, SocketTable>();
  for (const key of Object.keys(ir.sockets)) tables.set(key, new SocketTable());
  const compilers = new Map<CertificateKey | undefined, ActionOf>();
  for (const [key, listener] of Object.entries(ir.listeners)) {
    const { upstreamCertificate } = listener;
    const actionOf = compilers.get(upstreamCertificate) ?? actionCompiler(ir, (backend) => poolOf(backend, upstreamCertificate), defaultRequestMs);
    compilers.set(upstreamCertificate, actionOf);
    tables.get(listener.socket)?.add(listener.hostname, compileListener(key, listener, ir, actionOf));
  }
  return tables;
}

type ActionOf = (route: RouteKey) => CompiledAction;

/** Each action is compiled once for all listeners that show backends the same certificate. */
function actionCompiler(ir: Ir, poolOf: PoolOf, defaultRequestMs: number): ActionOf {
  const actions = new Map<RouteKey, CompiledAction>();
  return (routeKey) => {
    const known = actions.get(routeKey);
    if (known !== undefined) return known;
    const action = compileAction((ir.routes[routeKey] as Ir['routes'][string]).action, poolOf, defaultRequestMs);
    actions.set(routeKey, action);
    return action;
  };
}

function compileListener(key: ListenerKey, listener: Listener, ir: Ir, actionOf: ActionOf): ListenerTable {
  const hosts = listener.hosts.map((entry) => {
    const table = new HostTable<CompiledAction>(entry.hostname);
    for (const routeKey of entry.routes) {
      const route = ir.routes[routeKey];
      if (route === undefined) continue;
      table.add(route.match.path, { predicates: compilePredicates(route.match), action: actionOf(routeKey) });
    }
    return table;
  });
  return { key, port: listener.port, scheme: listener.protocol, hosts };
}
