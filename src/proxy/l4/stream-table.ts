import type { Origin } from '../../contract/index.ts';
import type { BackendKey, Ir, Refuse, SocketKey, StreamListener, StreamRoute } from '../../ir/index.ts';
import { WeightedChoice } from '../balance/weighted.ts';
import type { ListenerMeter } from '../observe/listener-meter.ts';
import type { Meters } from '../observe/meters.ts';
import { HostnameMap } from '../route/hostname.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';
import type { PoolsInUse } from '../upstream/pools.ts';

/** Where a connection or session goes: a backend, or nowhere. */
export type Destination = BackendPool | Refuse;

/** What serves a connection: the destinations of a route by weight. */
export interface Relays {
  readonly choice: WeightedChoice<Destination>;
  readonly rule: Origin;
}

/** What a listener of layer 4 does with connections. */
export interface PlainEntry {
  /** Undefined: no route took it. */
  readonly relays: Relays | undefined;
  readonly listener: ListenerMeter;
}

/** What a server name leads to. */
export type NamedEntry = { readonly kind: 'requests' } | ({ readonly kind: 'passthrough' | 'terminate' } & PlainEntry);

type NamedListener = { readonly kind: 'requests' } | { readonly kind: 'passthrough' | 'terminate'; readonly listener: ListenerMeter; readonly hosts: HostIndex };

/** One connection or session: where it came in, and where it goes. */
export interface Passage {
  readonly listener: ListenerMeter;
  readonly rule: Origin | undefined;
  readonly destination: Destination;
}

const noRoute: Refuse = { kind: 'refuse', because: 'no-route' };

/** The way of one connection or session. Each call takes a destination's turn. */
export function passageOf({ relays, listener }: PlainEntry): Passage {
  return relays === undefined ? { listener, rule: undefined, destination: noRoute } : { listener, rule: relays.rule, destination: relays.choice.next() };
}

/** The hosts of one TLS listener: finds the first in order of precedence that covers a name, at the cost of its labels. */
class HostIndex {
  private readonly ranked = new Map<string, { readonly rank: number; readonly relays: Relays }>();

  add(hostname: string, relays: Relays): void {
    if (!this.ranked.has(hostname)) this.ranked.set(hostname, { rank: this.ranked.size, relays });
  }

  find(name: string): Relays | undefined {
    let best = this.ranked.get(name);
    const consider = (hostname: string): void => {
      const found = this.ranked.get(hostname);
      if (found !== undefined && (best === undefined || found.rank < best.rank)) best = found;
    };
    for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) consider(`*${name.slice(dot)}`);
    consider('');
    return best?.relays;
  }
}

/** The layer-4 side of one socket; immutable but for the turns of its weights. */
export class StreamTable {
  /** Set where the socket carries TCP or UDP and no names are read. */
  plain: PlainEntry | undefined;
  private readonly listeners = new HostnameMap<NamedListener>();

  addPlain(entry: PlainEntry): void {
    this.plain ??= entry;
  }

  addNamed(hostname: string, { kind, listener }: Pick<Exclude<NamedListener, { kind: 'requests' }>, 'kind' | 'listener'>, hosts: readonly (readonly [string, Relays])[]): void {
    const index = new HostIndex();
    for (const [host, relays] of hosts) index.add(host, relays);
    this.listeners.add(hostname, { kind, listener, hosts: index });
  }

  /** An HTTPS listener shares the port. */
  addRequests(hostname: string): void {
    this.listeners.add(hostname, { kind: 'requests' });
  }

  /** The listener with the most specific hostname decides alone; undefined where no listener has the name. */
  find(serverName: string): NamedEntry | undefined {
    const listener = this.listeners.find(serverName);
    if (listener === undefined || listener.kind === 'requests') return listener;
    return { kind: listener.kind, listener: listener.listener, relays: listener.hosts.find(serverName) };
  }
}

interface Remembered {
  readonly text: string;
  readonly destinations: readonly Destination[];
  readonly relays: Relays;
}

/**
 * Compiles the stream listeners of an IR, by socket. A route that did not change keeps its turns, so that shares stay true however
 * often something else is edited.
 */
export class StreamCompiler {
  private known = new Map<string, Remembered>();
  private readonly meters: Meters;

  constructor(meters: Meters) {
    this.meters = meters;
  }

  compile(ir: Ir, pools: Pick<PoolsInUse, 'find' | 'findBare'>): Map<SocketKey, StreamTable> {
    const used = new Map<string, Remembered>();
    const tables = new Map<SocketKey, StreamTable>();
    for (const listener of Object.values(ir.streamListeners ?? {})) {
      const table = tables.get(listener.socket) ?? new StreamTable();
      tables.set(listener.socket, table);
      const way = wayOf(listener, pools);
      const hosts = listener.hosts.flatMap(({ hostname, route }): [string, Relays][] => {
        const found = ir.streamRoutes?.[route];
        return found === undefined ? [] : [[hostname, this.relaysOf(`${way.key} ${route}`, found, { poolOf: way.poolOf, used })]];
      });
      addListener(table, listener, { hosts, meter: this.meters.listener(listener) });
    }
    for (const { socket, protocol, hostname } of Object.values(ir.listeners)) {
      if (protocol === 'https') tables.get(socket)?.addRequests(hostname);
    }
    this.known = used;
    return tables;
  }

  private relaysOf(key: string, { action, origin }: StreamRoute, { poolOf, used }: { poolOf: PoolOf; used: Map<string, Remembered> }): Relays {
    const text = JSON.stringify(action);
    const choices = choicesOf(action, poolOf);
    const destinations = choices.map(({ value }) => value);
    const known = used.get(key) ?? this.known.get(key);
    const isSame = known?.text === text && known.destinations.every((it, index) => it === destinations[index] || 'because' in it);
    const remembered = isSame ? known : { text, destinations, relays: { choice: new WeightedChoice(choices), rule: this.meters.rule(origin) } };
    used.set(key, remembered);
    return remembered.relays;
  }
}

/** How the backends of a route are reached from a listener. */
interface Way {
  /** Ways with the same key lead to the same pools. */
  readonly key: string;
  readonly poolOf: PoolOf;
}

type PoolOf = (backend: BackendKey) => BackendPool;

function wayOf({ protocol, upstreamCertificate }: StreamListener, pools: Pick<PoolsInUse, 'find' | 'findBare'>): Way {
  if (protocol === 'passthrough' || protocol === 'udp') return { key: 'bare', poolOf: (backend) => pools.findBare(backend) };
  return { key: `as-asked ${upstreamCertificate ?? ''}`, poolOf: (backend) => pools.find(backend, upstreamCertificate) };
}

interface ListenerParts {
  readonly hosts: readonly (readonly [string, Relays])[];
  readonly meter: ListenerMeter;
}

function addListener(table: StreamTable, { protocol, hostname }: StreamListener, { hosts, meter }: ListenerParts): void {
  if (protocol === 'passthrough' || protocol === 'terminate') table.addNamed(hostname, { kind: protocol, listener: meter }, hosts);
  else table.addPlain({ relays: hosts[0]?.[1], listener: meter });
}

function choicesOf(action: StreamRoute['action'], poolOf: PoolOf): { readonly weight: number; readonly value: Destination }[] {
  if (action.kind === 'refuse') return [{ weight: 1, value: action }];
  if (action.targets.every(({ weight }) => weight <= 0)) return [{ weight: 1, value: { kind: 'refuse', because: 'no-target' } }];
  return action.targets.map(({ weight, to }) => ({ weight, value: to.kind === 'backend' ? poolOf(to.backend) : to }));
}
