import type { BackendKey, CertificateKey, Hostname, ListenerKey, SocketKey } from '../../ir/index.ts';

/** The HTTP filters of every connection manager; routes refer to them by these names. */
export const filterNames = {
  cors: 'envoy.filters.http.cors',
  headers: 'envoy.filters.http.header_mutation',
  /** What every request of a listener passes. */
  gate: 'postern.gate',
  chain: 'envoy.filters.http.filter_chain',
  session: 'envoy.filters.http.stateful_session',
  router: 'envoy.filters.http.router',
} as const;

/** Of the routes of a plain socket, or of the connections of one that came with a server name that `hostname` covers. */
export function routesName(socket: SocketKey, hostname?: Hostname): string {
  return hostname === undefined ? socket : `${socket}/${hostname === '' ? '*' : hostname}`;
}

/** A backend is one cluster, and one more for each certificate that it is shown by listeners. */
export function clusterName(backend: BackendKey, shown: CertificateKey | undefined): string {
  return shown === undefined ? backend : `${backend} shown ${shown}`;
}

/** What one hostname of a listener of layer 4 leads to: named by the place and not by the route, so that an edit of the route changes no listener. */
export function streamClusterName(listener: ListenerKey, hostname: Hostname): string {
  return hostname === '' ? `${listener}/stream` : `${listener}/stream/${hostname}`;
}

/** A listener within Envoy that closes what it is given, and a cluster that does not exist. */
export const [closingListener, nowhere] = ['postern-closing', 'nowhere'] as const;

/** What Envoys count of requests; their metrics are called `envoy_postern_requests_total` and so on. */
export const requestStats = { prefix: 'postern', requests: 'requests_total', duration: 'request_duration_milliseconds' } as const;

/** Authorities that vouch for clients of a socket. */
export function clientAuthoritiesName(socket: SocketKey): string {
  return `${socket}/client-authorities`;
}

/** Authorities that vouch for the endpoints of a backend. */
export function endpointAuthoritiesName(backend: BackendKey): string {
  return `${backend}/authorities`;
}
