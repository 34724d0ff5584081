import type { Certificate } from '../certificate.ts';
import type { Child, Children } from '../children.ts';
import type { RouteEntry } from '../route-table.ts';
import type { Workload } from '../workloads.ts';
import { accepts } from '../accepts.ts';
import { boundUdpPorts } from '../process-figures.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

/** What a peer is started with; it writes its configuration into `folder` and forwards every route to 127.0.0.1:`backendPort`. */
export interface PeerConfig {
  readonly children: Children;
  readonly core: number;
  readonly folder: string;
  readonly routes: readonly RouteEntry[];
  readonly backendPort: number;
  readonly certificate: Certificate;
  readonly workload: Pick<Workload, 'front' | 'backend' | 'accessLog'>;
}

export interface RunningPeer {
  readonly address: string;
  readonly port: number;
  /** The processes that do the work: their CPU and memory count. */
  readonly pids: readonly number[];
  readonly child: Child;
  stop(): Promise<void>;
}

/** A proxy that the bench can start. Each does the same work: keep-alive on both sides, X-Forwarded-For and -Proto, a request id. */
export interface Peer {
  readonly name: string;
  /** The version that is installed, or how to get what is missing. */
  find(): { readonly version: string } | { readonly missing: string };
  /** Why this proxy has no part in a workload; undefined where it has. */
  cannot(workload: Workload): string | undefined;
  start(config: PeerConfig): Promise<RunningPeer>;
}

/** Whether the backend is spoken to in HTTP/2. */
export function backendSpeaksHttp2(config: Pick<PeerConfig, 'workload'>): boolean {
  return config.workload.backend === 'grpc' || config.workload.backend === 'stream';
}

export function hasTls(config: Pick<PeerConfig, 'workload'>): boolean {
  return config.workload.front === 'https' || config.workload.front === 'h2';
}

/** Starts a program that is told its port, and waits until it accepts connections or, for UDP, has bound the port. */
export async function startOnFreePort(
  config: Pick<PeerConfig, 'children' | 'core'> & { readonly workload?: PeerConfig['workload'] },
  name: string,
  launch: (port: number) => { readonly command: string; readonly args: readonly string[] },
): Promise<RunningPeer> {
  const port = await freePort();
  const child = config.children.start({ name, core: config.core, ...launch(port) });
  if (config.workload?.front === 'udp') await untilBoundUdp(child, port);
  else await untilListening(child, '127.0.0.1', port);
  return { address: '127.0.0.1', port, pids: [child.pid], child, stop: () => child.stop() };
}

export function untilListening(child: Child, address: string, port: number): Promise<void> {
  return untilReady(child, `${address}:${port}`, () => accepts(address, port));
}

export function untilBoundUdp(child: Child, port: number): Promise<void> {
  return untilReady(child, `UDP port ${port}`, () => boundUdpPorts().has(port));
}

async function untilReady(child: Child, what: string, ready: () => boolean | Promise<boolean>): Promise<void> {
  const came = await until(async () => child.ended() || (await ready()), 120_000);
  if (!came || child.ended()) throw new Error(`${child.name} did not begin to listen on ${what}\n${child.logTail()}`);
}
