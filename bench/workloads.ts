export interface Workload {
  readonly name: string;
  /** What it is, for the table's heading. */
  readonly title: string;
  readonly connections: number;
  readonly routes: number;
}

/** Names are a contract: `--json` rows carry them. */
export const workloads: readonly Workload[] = [
  { name: 'http1-small-32', title: 'HTTP/1.1 GET, 100-byte answer, 32 connections, 1 route', connections: 32, routes: 1 },
  { name: 'http1-small-256', title: 'HTTP/1.1 GET, 100-byte answer, 256 connections, 1 route', connections: 256, routes: 1 },
  { name: 'http1-small-32-5000routes', title: 'HTTP/1.1 GET, 100-byte answer, 32 connections, 5,000 routes', connections: 32, routes: 5000 },
];
