import { BlockList } from 'node:net';
import type { Table } from '../base/index.ts';
import type { ApplyReport, ListenerReport } from '../contract/index.ts';
import type { BackendKey, CertificateKey, Endpoint, Ir, Socket, SocketKey } from '../ir/index.ts';
import type { ServedConnection } from './http1/door.ts';
import { StreamCompiler } from './l4/stream-table.ts';
import { UdpDoor } from './l4/udp-door.ts';
import type { BoundDoor, Place, Serving } from './listen/bound-door.ts';
import { BoundSocket } from './listen/bound-socket.ts';
import { Meters } from './observe/meters.ts';
import { type ProxySettings, toOptions } from './options.ts';
import { compileSockets } from './route/socket-table.ts';
import type { Runtime } from './runtime.ts';
import { copyStats, newStats, type ProxyStats } from './stats.ts';
import { TimerWheel } from './time/wheel.ts';
import { SecureContexts } from './tls/certificates.ts';
import type { BackendPool } from './upstream/backend-pool.ts';
import { Pools } from './upstream/pools.ts';

/** The native data plane. */
export interface Proxy {
  /**
   * Serves an IR from now on: opens and closes sockets, swaps tables, keeps connections. Resolves when every socket is bound or has
   * failed. Calls do not interleave; a socket that fails fails alone and is tried again with the next apply.
   */
  apply(ir: Ir): Promise<ApplyReport>;
  /** Changes endpoints alone, at once; keys that are not named keep theirs. */
  updateEndpoints(endpoints: Table<readonly Endpoint[]>): void;
  /** Where sockets are really bound (a port 0 of the IR is any free port). */
  bound(): Table<Place>;
  /** Stops accepting, lets requests under way finish for at most `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
  stats(): ProxyStats;
}

/** A proxy that serves nothing yet. */
export function createProxy(settings: ProxySettings = {}): Proxy {
  return new NativeProxy(settings);
}

interface Opened {
  readonly place: Place;
  readonly socket: BoundDoor;
}

class NativeProxy implements Proxy {
  private readonly runtime: Runtime;
  private readonly secureContexts = new SecureContexts();
  private readonly streamCompiler: StreamCompiler;
  private readonly pools: Pools;
  /** Bound sockets by address and port, whatever their key: a socket whose key changes stays open. */
  private readonly opened = new Map<string, Opened>();
  private keys: ReadonlyMap<SocketKey, string> = new Map();
  private queue: Promise<unknown> = Promise.resolve();
  /** Sockets that no longer accept but whose connections live on. */
  private readonly leaving = new Set<BoundDoor>();

  constructor(settings: ProxySettings) {
    const options = toOptions(settings);
    this.runtime = {
      options, stats: newStats(), wheel: new TimerWheel(), trusted: toBlockList(options.trustedProxies),
      meters: new Meters(options.metricsByRoute), observers: [],
    };
    this.pools = new Pools(this.runtime);
    this.streamCompiler = new StreamCompiler(this.runtime.meters);
  }

  apply(ir: Ir): Promise<ApplyReport> {
    const result = this.queue.then(() => this.applyNow(ir));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async applyNow(ir: Ir): Promise<ApplyReport> {
    this.runtime.meters.begin(ir);
    const pools = this.pools.begin(ir);
    const poolOf = (key: BackendKey, certificate?: CertificateKey): BackendPool => pools.find(key, certificate);
    for (const key of Object.keys(ir.backends)) poolOf(key);
    const tables = compileSockets(ir, poolOf, { defaultRequestMs: this.runtime.options.timeouts.requestMs, meters: this.runtime.meters });
    const { tables: certificates, failures } = this.secureContexts.compile(ir);
    const streams = this.streamCompiler.compile(ir, pools);
    const wanted = new Map(Object.entries(ir.sockets).map(([key, socket]) => [key, placeId(key, socket)]));
    this.closeAllBut(new Set(wanted.values()));
    const outcomes = new Map<SocketKey, ListenerReport>();
    await Promise.all([...wanted].map(async ([key, id]) => {
      const isFirst = [...wanted].find(([, other]) => other === id)?.[0] === key;
      const { address, port } = ir.sockets[key] as Place;
      if (!isFirst) {
        outcomes.set(key, { state: 'failed', reason: 'PortUnavailable', message: `${address}:${port} is taken by another socket` });
        return;
      }
      const table = tables.get(key);
      if (table === undefined) return;
      const serving: Serving = { table, streams: streams.get(key), certificates: certificates.get(key) };
      const isUdp = ir.sockets[key]?.transport === 'udp';
      const socket = this.opened.get(id)?.socket ?? (isUdp ? new UdpDoor(this.runtime) : new BoundSocket(serving, this.runtime));
      socket.swap(serving);
      outcomes.set(key, this.opened.has(id) ? { state: 'serving' } : await this.open(id, { address, port }, socket));
    }));
    this.keys = wanted;
    pools.dropOthers();
    return { listeners: reportOf(ir, outcomes, failures) };
  }

  private async open(id: string, place: Place, socket: BoundDoor): Promise<ListenerReport> {
    const outcome = await socket.open(place);
    if (outcome.state === 'serving') this.opened.set(id, { place, socket });
    return outcome;
  }

  private closeAllBut(wanted: ReadonlySet<string>): void {
    for (const [id, { socket }] of this.opened) {
      if (wanted.has(id)) continue;
      this.opened.delete(id);
      this.retireSocket(socket);
    }
  }

  private retireSocket(socket: BoundDoor): void {
    for (const old of this.leaving) {
      if (old.connections.size === 0) this.leaving.delete(old);
    }
    socket.close();
    this.leaving.add(socket);
  }

  updateEndpoints(endpoints: Table<readonly Endpoint[]>): void {
    for (const [key, list] of Object.entries(endpoints)) this.pools.update(key, list);
  }

  bound(): Table<Place> {
    const places: [SocketKey, Place][] = [];
    for (const [key, id] of this.keys) {
      const place = this.opened.get(id)?.socket.bound;
      if (place !== undefined) places.push([key, place]);
    }
    return Object.fromEntries(places);
  }

  async close(graceMs: number): Promise<void> {
    await this.queue;
    this.closeAllBut(new Set());
    const deadline = performance.now() + graceMs;
    while (this.openConnections().length > 0 && performance.now() < deadline) await pause(Math.min(20, graceMs));
    for (const connection of this.openConnections()) connection.socket.destroy();
    this.pools.retire();
    this.leaving.clear();
    this.runtime.wheel.stop();
  }

  private openConnections(): ServedConnection[] {
    return [...this.leaving].flatMap((socket) => [...socket.connections]);
  }

  stats(): ProxyStats {
    return copyStats(this.runtime.stats);
  }
}

/** What a bound socket is known by, so that it stays open when only its key changes. A port 0 is another one for each key. */
function placeId(key: SocketKey, { address, port, transport }: Socket): string {
  return `${transport ?? 'tcp'} ${address} ${port === 0 ? key : port}`;
}

function reportOf(ir: Ir, outcomes: ReadonlyMap<SocketKey, ListenerReport>, failures: ReadonlyMap<string, string>): Table<ListenerReport> {
  return Object.fromEntries(Object.entries({ ...ir.listeners, ...ir.streamListeners }).map(([key, listener]): [string, ListenerReport] => {
    const outcome = outcomes.get(listener.socket) ?? { state: 'failed', reason: 'Invalid', message: `Socket ${listener.socket} does not exist` };
    const failure = failures.get(key);
    return [key, outcome.state === 'serving' && failure !== undefined ? { state: 'failed', reason: 'Invalid', message: failure } : outcome];
  }));
}

function toBlockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
