import type { Child, Children } from '../children.ts';
import type { RouteEntry } from '../route-table.ts';
import { accepts } from '../accepts.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

/** What a peer is started with; it writes its configuration into `folder` and forwards every route to 127.0.0.1:`backendPort`. */
export interface PeerConfig {
  readonly children: Children;
  readonly core: number;
  readonly folder: string;
  readonly routes: readonly RouteEntry[];
  readonly backendPort: number;
}

export interface RunningPeer {
  readonly address: string;
  readonly port: number;
  /** The processes that do the work: their CPU and memory count. */
  readonly pids: readonly number[];
  readonly child: Child;
  stop(): Promise<void>;
}

/** A proxy that the bench can start. Each does the same work: keep-alive on both sides, X-Forwarded-For and -Proto, a request id, no access log. */
export interface Peer {
  readonly name: 'postern' | 'envoy' | 'nginx' | 'haproxy';
  /** The version that is installed, or how to get what is missing. */
  find(): { readonly version: string } | { readonly missing: string };
  start(config: PeerConfig): Promise<RunningPeer>;
}

/** Starts a program that is told its port, and waits until it accepts connections. */
export async function startOnFreePort(
  config: PeerConfig,
  name: string,
  launch: (port: number) => { readonly command: string; readonly args: readonly string[] },
): Promise<RunningPeer> {
  const port = await freePort();
  const child = config.children.start({ name, core: config.core, ...launch(port) });
  await untilListening(child, '127.0.0.1', port);
  return { address: '127.0.0.1', port, pids: [child.pid], child, stop: () => child.stop() };
}

export async function untilListening(child: Child, address: string, port: number): Promise<void> {
  const ready = await until(async () => child.ended() || (await accepts(address, port)), 60_000);
  if (!ready || child.ended()) throw new Error(`${child.name} did not begin to listen on ${address}:${port}\n${child.logTail()}`);
}
