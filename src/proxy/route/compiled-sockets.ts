import { listChange, type Mapped, mapKept, MultiMap } from '../../base/index.ts';
import type { BackendKey, CertificateKey, HostRoutes, Ir, IrChange, Listener, ListenerKey, RouteKey, SocketKey } from '../../ir/index.ts';
import { compileGate } from '../filter/external-auth/gate.ts';
import type { Meters } from '../observe/meters.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';
import { compileAction, type PoolOf } from './action.ts';
import { HostIndex } from './host-index.ts';
import { HostTable } from './host-table.ts';
import { patternOf } from './path-pattern.ts';
import { compilePredicates } from './predicates.ts';
import { type ListenerTable, type RoutedAction, SocketTable } from './socket-table.ts';

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

type Host = HostTable<RoutedAction>;

/** A listener with what it was compiled from. */
interface Compiled {
  readonly socket: SocketTable | undefined;
  readonly table: ListenerTable;
  readonly certificate: CertificateKey | undefined;
  hosts: Mapped<HostRoutes, Host>;
}

/** The hosts that a route is in, and whose they are. */
type Uses = MultiMap<RouteKey, readonly [Compiled, HostRoutes]>;

/** The listeners of an IR, compiled, by socket. A change of routes compiles their hosts anew, and no others. */
export class CompiledSockets {
  readonly tables: ReadonlyMap<SocketKey, SocketTable>;
  private readonly listeners = new Map<ListenerKey, Compiled>();
  private readonly surroundings: Surroundings;
  /** Each action is compiled once for all listeners that show backends the same certificate. */
  private readonly actions = new Map<CertificateKey | undefined, Map<RouteKey, RoutedAction>>();
  /** Made at the first change. */
  private uses: Uses | undefined;

  constructor(ir: Ir, poolOf: ShownPoolOf, surroundings: Surroundings) {
    this.surroundings = surroundings;
    const { meters, tracerOf } = surroundings;
    const listeners = Object.entries(ir.listeners);
    const anyOf = new Map([...listeners, ...Object.entries(ir.streamListeners ?? {})].map(([, listener]) => [listener.socket, listener]));
    this.tables = new Map(Object.keys(ir.sockets).map((key) => [key, new SocketTable(meters.socketOf(anyOf.get(key)))]));
    for (const [key, listener] of listeners) {
      const { upstreamCertificate: certificate, filters = [], port, protocol: scheme } = listener;
      const hosts = mapKept({ inputs: [], outputs: [] }, listener.hosts, (entry) => this.compileHost(entry, ir, { certificate, poolOf }));
      const gate = compileGate(filters, (backend) => poolOf(backend, certificate));
      const table: ListenerTable = { key, meter: meters.listener(listener), tracer: tracerOf(listener), gate, port, scheme, hosts: HostIndex.of(hosts.outputs) };
      const socket = this.tables.get(listener.socket);
      socket?.add(listener.hostname, table);
      this.listeners.set(key, { socket, table, certificate, hosts });
    }
  }

  /** Goes over to an IR that differs by this change from the one before. */
  change(ir: Ir, { routes, listeners }: Pick<IrChange, 'routes' | 'listeners'>, poolOf: ShownPoolOf): void {
    if (routes.size + listeners.size === 0) return;
    const uses = this.uses ??= this.findUses();
    const stale = new Map<Compiled, Set<HostRoutes>>();
    for (const key of routes) {
      for (const known of this.actions.values()) known.delete(key);
      for (const [compiled, entry] of uses.get(key)) stale.set(compiled, (stale.get(compiled) ?? new Set()).add(entry));
    }
    for (const key of listeners) {
      const compiled = this.listeners.get(key);
      if (compiled !== undefined && !stale.has(compiled)) stale.set(compiled, new Set());
    }
    for (const [compiled, entries] of stale) this.recompile(compiled, ir, { entries, poolOf, uses });
  }

  private recompile(compiled: Compiled, ir: Ir, { entries, poolOf, uses }: { readonly entries: ReadonlySet<HostRoutes>; readonly poolOf: ShownPoolOf; readonly uses: Uses }): void {
    const { table, socket, certificate, hosts: before } = compiled;
    const compile = (entry: HostRoutes): Host => this.compileHost(entry, ir, { certificate, poolOf });
    const wanted = (ir.listeners[table.key] as Listener).hosts;
    const { gone, come } = listChange(before.inputs, wanted);
    const outputs = [...come.length + gone.length === 0 ? before.outputs : mapKept(before, wanted, compile).outputs];
    const change: { readonly gone: Host[]; readonly come: Host[] } = {
      gone: placesOf(new Set(gone), before.inputs).map((at) => before.outputs[at]!), come: placesOf(new Set(come), wanted).map((at) => outputs[at]!),
    };
    for (const at of placesOf(entries, wanted)) {
      change.gone.push(outputs[at]!);
      change.come.push(outputs[at] = compile(wanted[at]!));
    }
    for (const entry of gone) forget(uses, compiled, entry);
    for (const entry of come) note(uses, compiled, entry);
    compiled.hosts = { inputs: wanted, outputs };
    table.hosts = table.hosts.changed(outputs, change);
    socket?.forget([...change.gone, ...change.come].map(({ hostname }) => hostname));
  }

  private findUses(): Uses {
    const uses: Uses = new MultiMap();
    for (const compiled of this.listeners.values()) for (const entry of compiled.hosts.inputs) note(uses, compiled, entry);
    return uses;
  }

  private compileHost({ hostname, routes }: HostRoutes, ir: Ir, way: Way): Host {
    const table = new HostTable<RoutedAction>(hostname);
    for (const key of routes) {
      const route = ir.routes[key];
      if (route === undefined) continue;
      table.add(route.match.path, { predicates: compilePredicates(route.match), action: this.actionOf(key, route, way) });
    }
    return table;
  }

  private actionOf(key: RouteKey, { action, origin, match }: Ir['routes'][string], { certificate, poolOf }: Way): RoutedAction {
    let known = this.actions.get(certificate);
    if (known === undefined) this.actions.set(certificate, known = new Map());
    let compiled = known.get(key);
    if (compiled === undefined) {
      const { defaultRequestMs, meters } = this.surroundings;
      const shownPoolOf: PoolOf = (backend) => poolOf(backend, certificate);
      known.set(key, compiled = { ...compileAction(action, shownPoolOf, defaultRequestMs), rule: meters.rule(origin), pattern: patternOf(match.path) });
    }
    return compiled;
  }
}

/** Where entries are in a list, those that are. */
function placesOf(entries: ReadonlySet<HostRoutes>, list: readonly HostRoutes[]): number[] {
  if (entries.size > mostSought) return list.flatMap((it, at) => (entries.has(it) ? [at] : []));
  return [...entries].map((it) => list.indexOf(it)).filter((at) => at >= 0);
}

/** More entries are found by one walk through the list. */
const mostSought = 8;

/** How backends are reached from a listener. */
interface Way {
  readonly certificate: CertificateKey | undefined;
  readonly poolOf: ShownPoolOf;
}

function note(uses: Uses, compiled: Compiled, entry: HostRoutes): void {
  const use = [compiled, entry] as const;
  for (const key of entry.routes) uses.add(key, use);
}

function forget(uses: Uses, compiled: Compiled, entry: HostRoutes): void {
  for (const key of entry.routes) {
    for (const use of uses.get(key)) if (use[0] === compiled && use[1] === entry) uses.delete(key, use);
  }
}

/** Compiles the listeners of an IR, by socket. */
export function compileSockets(ir: Ir, poolOf: ShownPoolOf, surroundings: Surroundings): ReadonlyMap<SocketKey, SocketTable> {
  return new CompiledSockets(ir, poolOf, surroundings).tables;
}
