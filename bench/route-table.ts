import { grpcService } from './grpc-message.ts';
import type { Workload } from './workloads.ts';

/** The routes that every proxy gets, each in its own words: hosts with ten path prefixes each. */
export interface RouteEntry {
  /** Exact hostname, lower case. */
  readonly host: string;
  /** Path prefix by whole elements, without trailing slash. */
  readonly prefix: string;
}

export interface HostEntry {
  readonly host: string;
  readonly prefixes: readonly string[];
}

const prefixesPerHost = 10;

export function routeTable(count: number): readonly RouteEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    host: `h${Math.floor(i / prefixesPerHost)}.example.com`,
    prefix: `/p${i % prefixesPerHost}`,
  }));
}

export function byHost(routes: readonly RouteEntry[]): readonly HostEntry[] {
  const hosts = Map.groupBy(routes, (route) => route.host);
  return [...hosts].map(([host, entries]) => ({ host, prefixes: entries.map((entry) => entry.prefix) }));
}

export interface RequestLine {
  readonly host: string;
  readonly path: string;
}

/** Requests for up to `spread` routes, evenly over the table, first and last included. */
export function requestLines(routes: readonly RouteEntry[], spread = 64): readonly RequestLine[] {
  const count = Math.min(spread, routes.length);
  return Array.from({ length: count }, (_, i) => {
    const route = routes[count === 1 ? 0 : Math.round((i * (routes.length - 1)) / (count - 1))]!;
    return { host: route.host, path: `${route.prefix}/items/42` };
  });
}

/** The routes and the requests of a workload: those of a gRPC service are one. */
export function routesOf(workload: Pick<Workload, 'backend' | 'routes'>): { readonly routes: readonly RouteEntry[]; readonly requests: readonly RequestLine[] } {
  if (workload.backend === 'grpc' || workload.backend === 'stream') {
    const host = 'h0.example.com';
    return { routes: [{ host, prefix: `/${grpcService}` }], requests: [{ host, path: `/${grpcService}/Call` }] };
  }
  const routes = routeTable(workload.routes);
  return { routes, requests: requestLines(routes) };
}

/** The path that the backend answers with what it was sent; the first route leads there. */
export const probePath = '/p0/probe';
