/** Plain counters since the start; gauges are named `active…` and `idle…`. */
export interface ProxyStats {
  /** Client connections accepted so far. */
  connections: number;
  activeConnections: number;
  /** Requests whose head was complete and well formed. */
  requests: number;
  activeRequests: number;
  /** Requests refused by the codec (4xx and 5xx before routing). */
  refused: number;
  /** Answers by class, index 1 to 5; index 0 is requests that ended without an answer. */
  readonly statusClass: [number, number, number, number, number, number];
  /** Answers that Postern made itself: errors, redirects, fixed responses. */
  ownAnswers: number;
  /** Requests whose client went away before the answer was complete. */
  clientAborts: number;
  upstreamConnects: number;
  upstreamConnectFailures: number;
  activeUpstreamConnections: number;
  /** Requests that went over a connection that had carried one before. */
  upstreamReuses: number;
  /** Second and later tries of a request. */
  retries: number;
  timeouts: number;
  /** Endpoints that were left out for a while because they failed. */
  ejections: number;
  activeEjections: number;
  /** Requests that waited until an endpoint had room, and those that found none. */
  waited: number;
  activeWaiting: number;
  overloaded: number;
  /** Copies sent to mirrors, and those that did not arrive whole or were not sent. */
  mirrored: number;
  mirrorsLost: number;
  /** Questions to authorizers, requests that they refused, and those that ended because none could be asked. */
  authChecks: number;
  authDenied: number;
  authFailed: number;
  activeTunnels: number;
  tlsHandshakeFailures: number;
  /** Connections that TCPRoutes and TLSRoutes took, and those that none took or whose backend could not be reached. */
  streams: number;
  streamsRefused: number;
  activeStreams: number;
  /** Bytes from clients to backends on such connections, and back. */
  streamBytesReceived: number;
  streamBytesSent: number;
  udpSessions: number;
  activeUdpSessions: number;
  /** Datagrams from clients to backends, and back. */
  udpReceived: number;
  udpSent: number;
  /** Datagrams that went nowhere: no route, no endpoint, too many sessions, or the system refused them. */
  udpDropped: number;
  /** Spans that a collector took, and those that were dropped or refused. */
  spansExported: number;
  spansLost: number;
  /** Connections that were not taken: there were too many, or the system had none to give. */
  acceptErrors: number;
  /** Lines of the access log that could not be written. */
  logLinesDropped: number;
}

/** All counters at zero. */
export function newStats(): ProxyStats {
  return {
    connections: 0, activeConnections: 0, requests: 0, activeRequests: 0, refused: 0,
    statusClass: [0, 0, 0, 0, 0, 0], ownAnswers: 0, clientAborts: 0,
    upstreamConnects: 0, upstreamConnectFailures: 0, activeUpstreamConnections: 0, upstreamReuses: 0,
    retries: 0, timeouts: 0, ejections: 0, activeEjections: 0, waited: 0, activeWaiting: 0, overloaded: 0, mirrored: 0, mirrorsLost: 0, authChecks: 0, authDenied: 0, authFailed: 0, activeTunnels: 0, tlsHandshakeFailures: 0, spansExported: 0, spansLost: 0, acceptErrors: 0, logLinesDropped: 0,
    streams: 0, streamsRefused: 0, activeStreams: 0, streamBytesReceived: 0, streamBytesSent: 0,
    udpSessions: 0, activeUdpSessions: 0, udpReceived: 0, udpSent: 0, udpDropped: 0,
  };
}

/** Counts one answer in its class. */
export function countStatus(stats: ProxyStats, status: number): void {
  const kind = (status / 100) | 0;
  if (kind >= 1 && kind <= 5) stats.statusClass[kind as 1 | 2 | 3 | 4 | 5]++;
}

/** A copy that no longer changes. */
export function copyStats(stats: ProxyStats): ProxyStats {
  return { ...stats, statusClass: [...stats.statusClass] };
}
