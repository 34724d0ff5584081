import type { Hostname, ListenerKey } from '../../ir/index.ts';
import type { CompiledAction } from './action.ts';
import type { Origin } from '../../contract/index.ts';
import type { Gate } from '../filter/external-auth/gate.ts';
import type { ListenerMeter } from '../observe/listener-meter.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { HostIndex } from './host-index.ts';
import type { HostTable } from './host-table.ts';
import { canonicalHost, covers, HostnameMap } from './hostname.ts';
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
  /** Other hosts take their place when routes change. */
  hosts: HostIndex<HostTable<RoutedAction>>;
}

/** What a Host leads to: its listener, and the host tables that cover it in order. */
export interface Resolution {
  readonly host: string;
  readonly listener: ListenerTable;
  readonly hosts: readonly HostTable<RoutedAction>[];
}

const mostRemembered = 4096;
/** Of more names all that is remembered is forgotten. */
const mostForgotten = 16;

/** Everything that is served on one socket: immutable but for the hosts of its listeners, and those that it remembers. */
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
    const resolution = { host, listener, hosts: listener.hosts.covering(host) };
    if (this.remembered.size >= mostRemembered) this.remembered.clear();
    this.remembered.set(sent, resolution);
    return resolution;
  }

  /** Hosts that these names cover lead to something else now; requests that have begun go on with what they found. */
  forget(hostnames: readonly Hostname[]): void {
    if (hostnames.length > mostForgotten) this.remembered.clear();
    else for (const [sent, { host }] of this.remembered) if (hostnames.some((it) => covers(it, host))) this.remembered.delete(sent);
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
