import { BlockList } from 'node:net';
import type { Table } from '../base/index.ts';
import type { ApplyReport, ListenerReport, MetricFamily } from '../contract/index.ts';
import type { BackendKey, CertificateKey, Endpoint, Ir, IrChange, SocketKey } from '../ir/index.ts';
import { StreamCompiler } from './l4/stream-table.ts';
import { UdpDoor } from './l4/udp-door.ts';
import type { BoundDoor, Leaving, Place, Serving } from './listen/bound-door.ts';
import { BoundSocket } from './listen/bound-socket.ts';
import { Crowd } from './listen/crowd.ts';
import { fileLimit, roomForClients } from './listen/file-limit.ts';
import { placeId } from './listen/place-id.ts';
import type { SocketSource } from './listen/socket-source.ts';
import { type AccessLog, openAccessLog } from './observe/access-log.ts';
import { LogTail, type RecentLines } from './observe/log-tail.ts';
import { Meters } from './observe/meters.ts';
import { ProxyMetrics } from './observe/proxy-metrics.ts';
import { RouteCounts } from './observe/route-counts.ts';
import { type ProxySettings, toOptions } from './options.ts';
import { CompiledSockets } from './route/compiled-sockets.ts';
import type { Runtime } from './runtime.ts';
import { copyStats, newStats, type ProxyStats } from './stats.ts';
import { TimerWheel } from './time/wheel.ts';
import { SecureContexts } from './tls/certificates.ts';
import { newTicketSecret, TicketKeys, ticketRotationMs } from './tls/ticket-keys.ts';
import { Tracers } from './trace/tracers.ts';
import type { BackendPool } from './upstream/backend-pool.ts';
import { Pools } from './upstream/pools.ts';

/** The native data plane. */
export interface Proxy {
  /**
   * Serves an IR from now on: opens and closes sockets, swaps tables, keeps connections. Resolves when every socket is bound or has
   * failed. Calls do not interleave; a socket that fails fails alone and is tried again with the next apply. `change`: what is other than in the
   * IR of the call before, which spares the work for all else; undefined where that is not known.
   */
  apply(ir: Ir, change?: IrChange): Promise<ApplyReport>;
  /** Changes endpoints alone, at once; keys that are not named keep theirs. */
  updateEndpoints(endpoints: Table<readonly Endpoint[]>): void;
  /** Where sockets are really bound (a port 0 of the IR is any free port). */
  bound(): Table<Place>;
  /** Stops accepting, lets requests under way finish for at most `graceMs`, then cuts what is left. */
  close(graceMs: number, manner?: Leaving): Promise<void>;
  /** Makes session tickets with other keys from now on; all processes that share ports must be told the same secret. */
  rotateTickets(secret: Buffer): void;
  /** Brings `stats` up to date, where the figures are those of other processes. */
  refresh(): Promise<void>;
  stats(): ProxyStats;
  /** All that is counted, and the figures of its processes, as of now. */
  metrics(): Promise<readonly MetricFamily[]>;
  /** Requests by rule, whether metrics tell routes or not; counted from the first call on, for as long as somebody calls. */
  routeCounts?(): Promise<readonly MetricFamily[]>;
  /** Lines of the access log since number `since`; 0 begins. Lines are kept while somebody asks, whether there is an access log or not. */
  recentLines?(since: number): Promise<RecentLines>;
}

/** What a proxy shares with other processes; absent: nothing. */
export interface Surroundings {
  readonly sockets?: SocketSource;
  /** Whoever gives it also says when it changes; absent: one of its own, which changes twice a day. */
  readonly ticketSecret?: Buffer;
  /** Told in one sentence what a person should know. */
  say?(line: string): void;
}

/** A proxy that serves nothing yet. */
export function createProxy(settings: ProxySettings = {}, surroundings: Surroundings = {}): Proxy {
  return new NativeProxy(settings, surroundings);
}

/** How long spans that still wait may hold up the end of a proxy, whatever its grace. */
const mostFlushMs = 1000;

interface Opened {
  readonly place: Place;
  readonly socket: BoundDoor;
}

class NativeProxy implements Proxy {
  private readonly runtime: Runtime;
  private readonly secureContexts = new SecureContexts();
  private readonly streamCompiler: StreamCompiler;
  private readonly pools: Pools;
  private readonly figures: ProxyMetrics;
  private readonly log: AccessLog | undefined;
  private readonly tail: LogTail;
  /** Of the configuration that is in force. */
  private certificates: Ir['certificates'] = {};
  private readonly tracers: Tracers;
  /** Bound sockets by address and port, whatever their key: a socket whose key changes stays open. */
  private readonly opened = new Map<string, Opened>();
  private keys: ReadonlyMap<SocketKey, string> = new Map();
  /** What a change goes on from; undefined before the first configuration, and where not all of it is served. */
  private inForce: { readonly sockets: CompiledSockets; readonly report: ApplyReport } | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  /** Undefined where others say when keys change. */
  private readonly rotation: NodeJS.Timeout | undefined;
  /** Sockets that no longer accept but whose connections live on. */
  private readonly leaving = new Map<BoundDoor, string>();

  constructor(settings: ProxySettings, { sockets, ticketSecret, say }: Surroundings) {
    const options = toOptions(settings);
    const stats = newStats();
    this.runtime = {
      options, stats, wheel: new TimerWheel(), trust: { ranges: toBlockList(options.trustedProxies), hops: options.trustedHops },
      announcers: options.proxyProtocolFrom.length === 0 ? undefined : toBlockList(options.proxyProtocolFrom),
      meters: new Meters(options.metricsByRoute), observers: [], routeCounts: undefined, isCutOff: false,
      sockets, tickets: new TicketKeys(ticketSecret),
      crowd: new Crowd(Math.min(options.limits.connections, roomForClients(fileLimit())), stats, (line) => say?.(line)),
    };
    this.pools = new Pools(this.runtime);
    this.figures = new ProxyMetrics(this.runtime.meters, this.runtime.stats);
    this.log = options.accessLog === undefined ? undefined : openAccessLog(options.accessLog, this.runtime);
    this.tail = new LogTail(this.runtime);
    this.tracers = new Tracers(this.runtime, (line) => say?.(line));
    this.streamCompiler = new StreamCompiler(this.runtime.meters);
    this.rotation = ticketSecret === undefined ? setInterval(() => this.rotateTickets(newTicketSecret()), ticketRotationMs).unref() : undefined;
  }

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    const result = this.queue.then(() => (change === undefined ? undefined : this.changeNow(ir, change)) ?? this.applyNow(ir));
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Undefined where more is to be done than a change can say. */
  private changeNow(ir: Ir, change: IrChange): ApplyReport | undefined {
    const { inForce } = this;
    // Each rule has its meter then, whose end only the whole configuration shows.
    if (inForce === undefined || this.runtime.options.metricsByRoute || !this.pools.canChange(ir, change.backends)) return undefined;
    this.inForce = undefined;
    this.runtime.meters.change(ir, change.backends);
    inForce.sockets.change(ir, change, this.pools.change(ir, change));
    this.inForce = inForce;
    return inForce.report;
  }

  private async applyNow(ir: Ir): Promise<ApplyReport> {
    this.inForce = undefined;
    this.runtime.meters.begin(ir);
    this.certificates = ir.certificates;
    const pools = this.pools.begin(ir);
    const poolOf = (key: BackendKey, certificate?: CertificateKey): BackendPool => pools.find(key, certificate);
    const tracers = this.tracers.begin(ir, pools);
    for (const key of Object.keys(ir.backends)) poolOf(key);
    const sockets = new CompiledSockets(ir, poolOf, { defaultRequestMs: this.runtime.options.timeouts.requestMs, meters: this.runtime.meters, tracerOf: (it) => tracers.find(it) });
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
      const table = sockets.tables.get(key);
      if (table === undefined) return;
      const serving: Serving = { table, streams: streams.get(key), certificates: certificates.get(key) };
      const isUdp = ir.sockets[key]?.transport === 'udp';
      const socket = this.opened.get(id)?.socket ?? (isUdp ? new UdpDoor(this.runtime) : new BoundSocket(serving, this.runtime));
      socket.swap(serving);
      outcomes.set(key, this.opened.has(id) ? { state: 'serving' } : await this.open(id, { address, port }, socket));
    }));
    this.keys = wanted;
    tracers.dropOthers();
    pools.dropOthers();
    const report = { listeners: reportOf(ir, outcomes, failures) };
    if (Object.values(report.listeners).every(({ state }) => state === 'serving')) this.inForce = { sockets, report };
    return report;
  }

  private async open(id: string, place: Place, socket: BoundDoor): Promise<ListenerReport> {
    // Sessions of UDP keep their port after it was closed; it is wanted again.
    for (const [old, left] of this.leaving) if (left === id && id.startsWith('udp ')) old.cut();
    const outcome = await socket.open(place, id);
    if (outcome.state === 'serving') this.opened.set(id, { place, socket });
    return outcome;
  }

  private closeAllBut(wanted: ReadonlySet<string>, manner?: Leaving): void {
    for (const [id, { socket }] of this.opened) {
      if (wanted.has(id)) continue;
      this.opened.delete(id);
      this.retireSocket(id, socket, manner);
    }
  }

  private retireSocket(id: string, socket: BoundDoor, manner: Leaving = 'prompt'): void {
    for (const old of this.leaving.keys()) {
      if (old.isEmpty) this.leaving.delete(old);
    }
    socket.close(manner);
    this.leaving.set(socket, id);
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

  rotateTickets(secret: Buffer): void {
    this.runtime.tickets.rotate(secret);
    for (const { socket } of this.opened.values()) socket.renewTickets?.();
  }

  async close(graceMs: number, manner?: Leaving): Promise<void> {
    await this.queue;
    clearInterval(this.rotation);
    this.closeAllBut(new Set(), manner);
    const deadline = performance.now() + graceMs;
    while (this.isBusy && performance.now() < deadline) await pause(Math.min(20, graceMs));
    this.runtime.isCutOff = true;
    for (const socket of this.leaving.keys()) socket.cut();
    await this.tracers.close(mostFlushMs);
    this.pools.retire();
    this.figures.stop();
    this.tail.stop();
    this.leaving.clear();
    this.runtime.wheel.stop();
    // Connections that were cut tell so in the next turn.
    if (this.log !== undefined) await pause(1);
    this.log?.close();
  }

  private get isBusy(): boolean {
    return [...this.leaving.keys()].some((socket) => !socket.isEmpty);
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  stats(): ProxyStats {
    return copyStats(this.runtime.stats);
  }

  recentLines(since: number): Promise<RecentLines> {
    return Promise.resolve(this.tail.from(since));
  }

  routeCounts(): Promise<readonly MetricFamily[]> {
    this.runtime.routeCounts ??= new RouteCounts(() => { this.runtime.routeCounts = undefined; });
    return Promise.resolve(this.runtime.routeCounts.families());
  }

  metrics(): Promise<readonly MetricFamily[]> {
    return Promise.resolve(this.figures.families({ certificates: this.certificates }));
  }
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
