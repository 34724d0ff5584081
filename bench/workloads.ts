/** What is measured. Names are a contract: `--json` rows carry them. */

/** What a listener of the proxy speaks: `http` and `https` are HTTP/1.1, `h2c` and `h2` HTTP/2 in clear and over TLS. */
export type Front = 'http' | 'h2c' | 'https' | 'h2' | 'tcp' | 'udp';

/** The backends that the bench runs; see backends/. `grpc` and `stream` speak HTTP/2 in clear. */
export type BackendName = 'http' | 'grpc' | 'stream' | 'websocket' | 'udp';

/** How load is made. `wrk` and `h2load` go as fast as they can; `echo` waits for each answer; `paced` keeps to a rate. */
export type LoadPlan =
  | { readonly tool: 'wrk'; readonly connections: number; readonly path?: string; readonly uploadBytes?: number; readonly close?: true }
  | { readonly tool: 'h2load'; readonly connections: number; readonly streams: number; readonly grpc?: true }
  | { readonly tool: 'echo'; readonly protocol: 'websocket' | 'udp' | 'grpc'; readonly connections: number; readonly streams: number }
  | { readonly tool: 'paced'; readonly connections: number; readonly share: number };

export interface Workload {
  readonly name: string;
  /** What it is, for the table's heading. */
  readonly title: string;
  /** What is counted. */
  readonly unit: 'request' | 'handshake' | 'message' | 'packet' | 'MB';
  readonly front: Front;
  readonly backend: BackendName;
  readonly routes: number;
  readonly accessLog?: true;
  readonly load: LoadPlan;
  /** Workloads of one group are measured in turn, so that they can be compared; its own name where absent. */
  readonly group?: string;
  /** Rounds and warm-up last at least this long, since opening the connections takes part of it. */
  readonly leastSeconds?: number;
  /** Part of `--short`. */
  readonly short?: true;
}

const http1 = { unit: 'request', front: 'http', backend: 'http', routes: 1 } as const;
const wrk = (connections: number, more: { readonly path?: string; readonly uploadBytes?: number; readonly close?: true } = {}): LoadPlan => ({ tool: 'wrk', connections, ...more });
const streams: LoadPlan = { tool: 'h2load', connections: 8, streams: 16 };

export const workloads: readonly Workload[] = [
  { ...http1, name: 'http1-small-32', title: 'HTTP/1.1 GET, 100-byte answer, 32 connections, 1 route', load: wrk(32), group: 'routes', short: true },
  { ...http1, name: 'http1-small-32-100routes', title: 'the same with 100 routes', routes: 100, load: wrk(32), group: 'routes' },
  { ...http1, name: 'http1-small-32-5000routes', title: 'the same with 5,000 routes', routes: 5000, load: wrk(32), group: 'routes', short: true },
  { ...http1, name: 'http1-small-32-40000routes', title: 'the same with 40,000 routes', routes: 40_000, load: wrk(32), group: 'routes' },
  { ...http1, name: 'http1-small-32-log', title: 'the same with 1 route and an access log', accessLog: true, load: wrk(32), group: 'routes' },
  { ...http1, name: 'http1-small-256', title: 'HTTP/1.1 GET, 100-byte answer, 256 connections', load: wrk(256), short: true },
  { ...http1, name: 'http1-small-5000conn', title: 'HTTP/1.1 GET, 100-byte answer, 5,000 connections', load: wrk(5000), leastSeconds: 5 },
  { ...http1, name: 'http1-tail', title: 'HTTP/1.1 GET at 70 % of the peak of the slower of Postern and Envoy, 64 connections', load: { tool: 'paced', connections: 64, share: 0.7 }, short: true },
  { ...http1, name: 'http1-10kb', title: 'HTTP/1.1 GET, 10 kB answer, 32 connections', load: wrk(32, { path: '/p0/10kb' }) },
  { ...http1, name: 'http1-1mb', title: 'HTTP/1.1 GET, answers of 1 MB, 8 connections', unit: 'MB', load: wrk(8, { path: '/p0/1mb' }), short: true },
  { ...http1, name: 'http1-upload', title: 'HTTP/1.1 POST of 1 MB, 8 connections', unit: 'MB', load: wrk(8, { path: '/p0/upload', uploadBytes: 1_000_000 }) },
  { ...http1, name: 'https1-small-32', title: 'HTTPS/1.1 GET, 100-byte answer, 32 kept connections', front: 'https', load: wrk(32), short: true },
  { ...http1, name: 'tls-handshakes', title: 'HTTPS/1.1 GET, a new connection for each, no resumption, ECDSA P-256', unit: 'handshake', front: 'https', load: wrk(16, { close: true }), short: true },
  { ...http1, name: 'h2c-small', title: 'HTTP/2 in clear, GET, 100-byte answer, 8 connections with 16 streams', front: 'h2c', load: streams },
  { ...http1, name: 'h2-small', title: 'HTTP/2 over TLS, GET, 100-byte answer, 8 connections with 16 streams', front: 'h2', load: streams, short: true },
  { ...http1, name: 'grpc-unary', title: 'gRPC calls of 100 bytes in clear, 8 connections with 16 calls at once', front: 'h2c', backend: 'grpc', load: { tool: 'h2load', connections: 8, streams: 16, grpc: true }, short: true },
  { ...http1, name: 'grpc-streaming', title: 'messages of 100 bytes there and back on 128 open calls', unit: 'message', front: 'h2c', backend: 'stream', load: { tool: 'echo', protocol: 'grpc', connections: 8, streams: 16 } },
  { ...http1, name: 'websocket-messages', title: 'messages of 100 bytes there and back on 32 WebSockets', unit: 'message', backend: 'websocket', load: { tool: 'echo', protocol: 'websocket', connections: 32, streams: 1 }, short: true },
  { ...http1, name: 'tcp-bytes', title: 'TCP, 8 connections that carry 1 MB again and again', unit: 'MB', front: 'tcp', load: wrk(8, { path: '/p0/1mb' }), short: true },
  { ...http1, name: 'udp-packets', title: 'UDP, packets of 100 bytes there and back, 32 sessions', unit: 'packet', front: 'udp', backend: 'udp', load: { tool: 'echo', protocol: 'udp', connections: 32, streams: 1 }, short: true },
];
