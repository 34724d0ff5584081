import type { BackendKey, CertificateKey, Ir, Listener, ListenerKey, RouteKey, SocketKey } from '../../ir/index.ts';
import { type CompiledAction, compileAction, type PoolOf } from './action.ts';
import type { Origin } from '../../contract/index.ts';
import { compileGate, type Gate } from '../filter/external-auth/gate.ts';
import type { ListenerMeter } from '../observe/listener-meter.ts';
import type { Meters } from '../observe/meters.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';
import type { Tracer } from '../trace/tracer.ts';
import { HostTable } from './host-table.ts';
import { canonicalHost, covers, HostnameMap } from './hostname.ts';
import { patternOf } from './path-pattern.ts';
import { compilePredicates } from './predicates.ts';
import type { RequestView } from './request-view.ts';

/** What is done with a request, the rule that says so, and what the path of its match looks like (`http.route`). */
export type RoutedAction = CompiledAction & { readonly rule: Origin; readonly pattern: string };

/** One listener, compiled. */
export interface ListenerTable {
  /** Where its requests are counted. */
  readonly meter: ListenerMeter;
  /** How its requests are traced; undefined: they are not. */
  readonly tracer: Tracer | undefined;
  readonly key: ListenerKey;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** What a request must pass before routes are matched; undefined: nothing. */
  readonly gate: Gate | undefined;
  readonly hosts: readonly HostTable<RoutedAction>[];
}

/** What a Host leads to: its listener, and the host tables that cover it in order. */
export interface Resolution {
  readonly host: string;
  readonly listener: ListenerTable;
  readonly hosts: readonly HostTable<RoutedAction>[];
}

const mostRemembered = 4096;

/** Everything that is served on one socket: immutable but for the hosts that it remembers. */
export class SocketTable {
  private readonly listeners = new HostnameMap<ListenerTable>();
  private readonly remembered = new Map<string, Resolution>();
  /** Where requests are counted that no listener takes. */
  readonly meter: ListenerMeter;

  constructor(meter: ListenerMeter) {
    this.meter = meter;
  }

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
export function findAction(resolution: Resolution, request: RequestView): RoutedAction | undefined {
  for (const host of resolution.hosts) {
    const rule = host.find(request);
    if (rule !== undefined) return rule.action;
  }
  return undefined;
}

/** Where the pool of a backend is found that is shown a certificate; none for plain text. */
export type ShownPoolOf = (key: BackendKey, certificate: CertificateKey | undefined) => BackendPool;

/** What tables need of the proxy that they are compiled for. */
export interface Surroundings {
  /** The limit of routes that name none, milliseconds; 0: none. */
  readonly defaultRequestMs: number;
  readonly meters: Meters;
  /** How requests of a listener are traced; undefined: they are not. */
  tracerOf(listener: Listener): Tracer | undefined;
}

/** Compiles the listeners of an IR, by socket. */
export function compileSockets(ir: Ir, poolOf: ShownPoolOf, { defaultRequestMs, meters, tracerOf }: Surroundings): Map<SocketKey, SocketTable> {
  const tables = new Map<SocketKey, SocketTable>();
  const listeners = Object.entries(ir.listeners);
  const anyOf = new Map([...listeners, ...Object.entries(ir.streamListeners ?? {})].map(([, listener]) => [listener.socket, listener]));
  for (const key of Object.keys(ir.sockets)) tables.set(key, new SocketTable(meters.socketOf(anyOf.get(key))));
  const compilers = new Map<CertificateKey | undefined, ActionOf>();
  for (const [key, listener] of listeners) {
    const { upstreamCertificate } = listener;
    const shownPoolOf: PoolOf = (backend) => poolOf(backend, upstreamCertificate);
    const actionOf = compilers.get(upstreamCertificate) ?? actionCompiler(ir, shownPoolOf, { defaultRequestMs, meters });
    compilers.set(upstreamCertificate, actionOf);
    tables.get(listener.socket)?.add(listener.hostname, compileListener({ key, meter: meters.listener(listener), tracer: tracerOf(listener), gate: compileGate(listener.filters ?? [], shownPoolOf) }, listener, ir, actionOf));
  }
  return tables;
}

type ActionOf = (route: RouteKey) => RoutedAction;

/** Each action is compiled once for all listeners that show backends the same certificate. */
function actionCompiler(ir: Ir, poolOf: PoolOf, { defaultRequestMs, meters }: Omit<Surroundings, 'tracerOf'>): ActionOf {
  const actions = new Map<RouteKey, RoutedAction>();
  return (routeKey) => {
    const known = actions.get(routeKey);
    if (known !== undefined) return known;
    const route = ir.routes[routeKey] as Ir['routes'][string];
    const action = { ...compileAction(route.action, poolOf, defaultRequestMs), rule: meters.rule(route.origin), pattern: patternOf(route.match.path) };
    actions.set(routeKey, action);
    return action;
  };
}

function compileListener(known: Pick<ListenerTable, 'key' | 'meter' | 'gate' | 'tracer'>, listener: Listener, ir: Ir, actionOf: ActionOf): ListenerTable {
  const hosts = listener.hosts.map((entry) => {
    const table = new HostTable<RoutedAction>(entry.hostname);
    for (const routeKey of entry.routes) {
      const route = ir.routes[routeKey];
      if (route === undefined) continue;
      table.add(route.match.path, { predicates: compilePredicates(route.match), action: actionOf(routeKey) });
    }
    return table;
  });
  return { ...known, port: listener.port, scheme: listener.protocol, hosts };
}
