import type { BlockList } from 'node:net';
import type { ProxyOptions } from './options.ts';
import type { ProxyStats } from './stats.ts';
import type { TimerWheel } from './time/wheel.ts';

/** What every part of one proxy shares. */
export interface Runtime {
  readonly options: ProxyOptions;
  readonly stats: ProxyStats;
  readonly wheel: TimerWheel;
  /** Peers whose forwarding fields are believed. */
  readonly trusted: BlockList;
}
