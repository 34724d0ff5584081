import { counter, counters, gauge, gauges, type MetricFamily, type MetricLabels } from '../../contract/index.ts';
import type { ProxyStats } from '../stats.ts';
import type { BackendMeter } from './backend-meter.ts';
import { backendLabels, listenerLabels } from './labels.ts';
import type { ListenerMeter } from './listener-meter.ts';
import type { StreamMeter } from './stream-meter.ts';

/** What was counted of connections and sessions of layer 4. */
export function streamFamilies(listeners: readonly ListenerMeter[]): MetricFamily[] {
  const rows = listeners.flatMap((listener) => [...listener.streamSeries].map(([backend, meter]): [MetricLabels, StreamMeter] => (
    [[...listenerLabels(listener.origin), ...backendLabels(backend)], meter])));
  return [
    counters({ name: 'postern_streams_total', help: 'Connections and UDP sessions of TCPRoutes, TLSRoutes and UDPRoutes.' }, rows.map(([labels, { begun }]) => [labels, begun])),
    gauges({ name: 'postern_streams_active', help: 'Connections and UDP sessions that are open.' }, rows.map(([labels, { active }]) => [labels, active])),
    counters({ name: 'postern_stream_bytes_total', help: 'Bytes carried on them; received: from clients, sent: to clients.' }, rows.flatMap(([labels, { received, sent }]) => [
      [[...labels, ['direction', 'received']], received], [[...labels, ['direction', 'sent']], sent],
    ] as [MetricLabels, number][])),
  ];
}

/** What was counted on the way to backends. */
export function backendFamilies(backends: readonly BackendMeter[]): MetricFamily[] {
  const rows = (read: (meter: BackendMeter) => number): [MetricLabels, number][] => backends.filter(({ connects }) => connects > 0).map((it) => [backendLabels(it), read(it)]);
  return [
    counters({ name: 'postern_upstream_connects_total', help: 'Connections begun to endpoints.' }, rows(({ connects }) => connects)),
    counters({ name: 'postern_upstream_connect_failures_total', help: 'Connections to endpoints that did not come about.' }, rows(({ connectFailures }) => connectFailures)),
    gauges({ name: 'postern_upstream_connections_active', help: 'Connections to endpoints, idle ones among them.' }, rows(({ activeConnections }) => activeConnections)),
  ];
}

/** What is counted for the whole data plane. */
export function proxyFamilies(stats: ProxyStats): MetricFamily[] {
  return [
    counter('postern_client_connections_total', 'Client connections that carry requests.', stats.connections),
    gauge('postern_client_connections_active', 'Client connections that are open and carry requests.', stats.activeConnections),
    gauge('postern_tunnels_active', 'Connections that changed to another protocol, such as WebSocket.', stats.activeTunnels),
    counter('postern_accept_errors_total', 'Connections that the system could not hand over.', stats.acceptErrors),
    counter('postern_tls_handshake_failures_total', 'TLS handshakes of clients that failed.', stats.tlsHandshakeFailures),
    counter('postern_upstream_reuses_total', 'Requests that went over a connection that had carried one before.', stats.upstreamReuses),
    counter('postern_timeouts_total', 'Requests, tries and connections that took too long.', stats.timeouts),
    counter('postern_mirrored_requests_total', 'Copies sent to mirrors.', stats.mirrored),
    counter('postern_mirrored_requests_lost_total', 'Copies that did not arrive whole, or were not sent.', stats.mirrorsLost),
    counter('postern_endpoint_ejections_total', 'Endpoints that were left out for a while because they failed.', stats.ejections),
    gauge('postern_endpoints_ejected', 'Endpoints that are left out now.', stats.activeEjections),
    counter('postern_requests_waited_total', 'Requests that waited until an endpoint had room.', stats.waited),
    gauge('postern_requests_waiting', 'Requests that wait for room at an endpoint.', stats.activeWaiting),
    counter('postern_requests_overloaded_total', 'Requests that found no room at any endpoint.', stats.overloaded),
    counter('postern_authorizations_total', 'Questions to authorizers.', stats.authChecks),
    counter('postern_authorizations_denied_total', 'Requests that an authorizer refused.', stats.authDenied),
    counter('postern_authorizations_failed_total', 'Requests that ended because no authorizer could be asked.', stats.authFailed),
    counter('postern_spans_exported_total', 'Spans that a collector took.', stats.spansExported),
    counter('postern_spans_lost_total', 'Spans that were dropped, or that no collector took.', stats.spansLost),
    counters({ name: 'postern_udp_datagrams_total', help: 'Datagrams; received: from clients, sent: to clients.' }, [[[['direction', 'received']], stats.udpReceived], [[['direction', 'sent']], stats.udpSent]]),
    counter('postern_udp_datagrams_dropped_total', 'Datagrams that went nowhere.', stats.udpDropped),
    counter('postern_access_log_lines_dropped_total', 'Lines of the access log that could not be written.', stats.logLinesDropped),
  ];
}
