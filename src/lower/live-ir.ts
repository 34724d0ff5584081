import type { Graph, GraphChange, RouteNode } from '../attach/index.ts';
import { hasSameContent, kept } from '../base/index.ts';
import type { Placement } from '../contract/index.ts';
import type { Certificate, Ir, IrChange, Listener, ListenerKey, Socket, StreamListener } from '../ir/index.ts';
import { lowerStreams, type LoweredStreams } from './l4.ts';
import { LiveBackendTable } from './live-backends.ts';
import { lowerListeners, type ListenerTables } from './listeners.ts';
import { LiveRouteTable, type RoutesChange } from './routes.ts';
import { lowerTracings, type LoweredTracings } from './tracing.ts';

export interface Lowered {
  readonly ir: Ir;
  /** What is other than in the IR before; undefined where that is more than a change can say, or where there was none before. */
  readonly change: IrChange | undefined;
}

/**
 * The graph in a proxy's words. Its tables live on: an update changes the entries that are other, and says which. Whoever needs an IR as it
 * was copies it.
 */
export class LiveIr {
  readonly #routes = new LiveRouteTable();
  readonly #backends = new LiveBackendTable();
  readonly #listeners: Record<ListenerKey, Listener> = {};
  readonly #streamListeners: Record<ListenerKey, StreamListener> = {};
  readonly #sockets: Record<string, Socket> = {};
  readonly #certificates: Record<string, Certificate> = {};
  #keys: ListenerTables['keys'] = new Map();
  #streams: LoweredStreams = { routes: {}, hosts: new Map() };
  #tracings: LoweredTracings = { tracings: {}, byGateway: new Map() };
  #gateways: Graph['gateways'] | undefined;
  #placement: Placement = new Map();

  /** `change`: what is other in the graph than at the last call; undefined at the first. */
  update(graph: Graph, placement: Placement, change?: GraphChange): Lowered {
    const { gone, come } = change?.routes ?? { gone: [], come: graph.routes };
    const routes = this.#routes.update(gone, come);
    const backends = this.#backends.update(graph.backends, change?.backends ?? graph.backends.keys());
    const hasOtherTracings = this.#trace(graph);
    const hasOtherStreams = [...gone, ...come].some(isStream);
    if (hasOtherStreams) this.#streams = lowerStreams(graph);
    const isWide = this.#gateways !== graph.gateways || hasOtherStreams || hasOtherTracings || backends.hasOtherCertificates || !hasSameContent(this.#placement, placement);
    this.#gateways = graph.gateways;
    this.#placement = placement;
    if (isWide) {
      this.#lowerListeners(graph, placement);
      return { ir: this.#ir(), change: undefined };
    }
    return { ir: this.#ir(), change: { routes: routes.routes, listeners: this.#serve(routes), backends: backends.backends, endpoints: backends.endpoints } };
  }

  /** Whether it is another tracing than before. */
  #trace(graph: Graph): boolean {
    if (graph.telemetryPolicies.length === 0 && this.#tracings.byGateway.size === 0) return false;
    const before = this.#tracings;
    this.#tracings = kept(before, lowerTracings(graph));
    return this.#tracings !== before;
  }

  #lowerListeners(graph: Graph, placement: Placement): void {
    const tables = lowerListeners(graph, placement, { streams: this.#streams, tracings: this.#tracings, hosts: (listener) => this.#routes.hosts(listener) });
    for (const certificates of this.#backends.certificates.values()) Object.assign(tables.certificates, certificates);
    replace(this.#sockets, tables.sockets);
    replace(this.#listeners, tables.listeners);
    replace(this.#certificates, tables.certificates);
    replace(this.#streamListeners, tables.streamListeners);
    this.#keys = tables.keys;
  }

  /** Gives listeners their new hosts. */
  #serve({ listeners }: RoutesChange): ReadonlySet<ListenerKey> {
    const changed = new Set<ListenerKey>();
    for (const listener of listeners) {
      for (const key of this.#keys.get(listener) ?? []) {
        this.#listeners[key] = { ...this.#listeners[key]!, hosts: this.#routes.hosts(listener) };
        changed.add(key);
      }
    }
    return changed;
  }

  #ir(): Ir {
    const { tracings } = this.#tracings;
    return {
      sockets: this.#sockets, listeners: this.#listeners, certificates: this.#certificates, routes: this.#routes.routes, backends: this.#backends.backends, endpoints: this.#backends.endpoints,
      ...(Object.keys(this.#streamListeners).length === 0 ? {} : { streamListeners: this.#streamListeners, streamRoutes: this.#streams.routes }),
      ...(Object.keys(tracings).length === 0 ? {} : { tracings }),
    };
  }
}

function isStream({ kind }: RouteNode): boolean {
  return kind === 'TCPRoute' || kind === 'UDPRoute' || kind === 'TLSRoute';
}

/** Makes these the entries of a table; those that mean the same stay. */
function replace<T>(table: Record<string, T>, entries: Readonly<Record<string, T>>): void {
  for (const key of Object.keys(table)) if (!Object.hasOwn(entries, key)) delete table[key];
  for (const [key, entry] of Object.entries(entries)) table[key] = kept(table[key], entry);
}

/** The graph in a proxy's words, from nothing. Pure: equal graphs and placements give equal, equally printed results. */
export function lower(graph: Graph, placement: Placement): Ir {
  return new LiveIr().update(graph, placement).ir;
}
