import type { BlockList } from 'node:net';
import type { Trust } from './http1/forwarded-client.ts';
import type { Crowd } from './listen/crowd.ts';
import type { SocketSource } from './listen/socket-source.ts';
import type { Meters } from './observe/meters.ts';
import type { Observer } from './observe/observation.ts';
import type { RouteCounts } from './observe/route-counts.ts';
import type { ProxyOptions } from './options.ts';
import type { ProxyStats } from './stats.ts';
import type { TimerWheel } from './time/wheel.ts';
import type { TicketKeys } from './tls/ticket-keys.ts';

/** What every part of one proxy shares. */
export interface Runtime {
  readonly options: ProxyOptions;
  readonly stats: ProxyStats;
  readonly wheel: TimerWheel;
  /** Whose forwarding fields are believed. */
  readonly trust: Trust;
  readonly crowd: Crowd;
  /** Peers that announce whose connection they pass on; undefined: none. */
  readonly announcers: BlockList | undefined;
  /** Counters by listener and backend; they outlive tables. */
  readonly meters: Meters;
  /** Who is told of each request; mostly nobody. Who watches adds itself, and takes itself out. */
  readonly observers: Observer[];
  /** Counts requests by rule; undefined while nobody asks for that. */
  routeCounts: RouteCounts | undefined;
  /** The time to drain is over: what still goes on is cut off. */
  isCutOff: boolean;
  /** Where ports come from; undefined: they are bound here. */
  readonly sockets: SocketSource | undefined;
  readonly tickets: TicketKeys;
}
