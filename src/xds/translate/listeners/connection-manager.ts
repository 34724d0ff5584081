import type { Origin } from '../../../contract/index.ts';
import type { Tracing } from '../../../ir/index.ts';
import type { EarlyHeaderMutation, Filter, HeaderMutation, HeaderValueOption, HttpConnectionManager, HttpFilter, TypedExtensionConfig } from '../../gen/messages.ts';
import type { EnvoyTerms } from '../envoy-resources.ts';
import { filterNames } from '../names.ts';
import { duration, extension, overAds } from '../typed.ts';
import { accessLog } from './access-log.ts';
import { cidr } from './cidr.ts';
import { requestMetrics } from './request-metrics.ts';
import { tracingOf } from './tracing.ts';

/**
 * The HTTP filters, the same on every listener: what they do stands in the routes, so no edit of a route changes a listener. Header changes
 * stand before CORS, so that they see its answers too.
 */
const httpFilters: readonly HttpFilter[] = [
  extension(filterNames.headers, 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {}),
  extension(filterNames.gate, 'envoy.extensions.filters.http.filter_chain.v3.FilterChainConfig', {}),
  extension(filterNames.cors, 'envoy.extensions.filters.http.cors.v3.Cors', {}),
  extension(filterNames.chain, 'envoy.extensions.filters.http.filter_chain.v3.FilterChainConfig', {}),
  extension(filterNames.session, 'envoy.extensions.filters.http.stateful_session.v3.StatefulSession', {}),
  extension(filterNames.router, 'envoy.extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
];

/** Whose requests a connection manager takes: `trustedPeers` have to tell who the client is, others are the clients. */
export interface ManagerSettings {
  /** Name of the RouteConfiguration. */
  readonly routes: string;
  /** The listeners whose requests these may be. */
  readonly listeners: readonly Origin[];
  readonly tracing: Tracing | undefined;
  readonly peers: 'trusted' | 'any';
  /** Headers of requests that no client may send, since routes are matched by them. */
  readonly withheld: readonly string[];
}

/** What is done with the requests of a connection. */
export function connectionManager({ routes, listeners, tracing, peers, withheld }: ManagerSettings, terms: EnvoyTerms): Filter {
  const isTrusting = peers === 'trusted';
  const config: HttpConnectionManager = {
    stat_prefix: routes, codec_type: 'AUTO', rds: { route_config_name: routes, config_source: overAds }, http_filters: httpFilters,
    normalize_path: true, merge_slashes: false, path_with_escaped_slashes_action: 'KEEP_UNCHANGED', strip_trailing_host_dot: true,
    server_header_transformation: 'PASS_THROUGH', upgrade_configs: [{ upgrade_type: 'websocket' }],
    ...(isTrusting ? { original_ip_detection_extensions: [trusted(terms.trustedProxies ?? [])], use_remote_address: false, preserve_external_request_id: true } : { use_remote_address: true, skip_xff_append: true }),
    early_header_mutation_extensions: [earlyEdits(isTrusting, withheld)],
    common_http_protocol_options: { idle_timeout: duration(75_000), max_headers_count: 128, headers_with_underscores_action: 'ALLOW' },
    http_protocol_options: { accept_http_10: true, default_host_for_http_10: hostOfNone, enable_trailers: true, allow_custom_methods: true },
    http2_protocol_options: { max_concurrent_streams: 128, initial_stream_window_size: 1 << 18, initial_connection_window_size: 1 << 20 },
    max_request_headers_kb: 64, request_headers_timeout: duration(15_000), stream_idle_timeout: duration(0), delayed_close_timeout: duration(1000),
    ...(tracing === undefined ? {} : { tracing: tracingOf(tracing) }),
    access_log: [...accessLog(terms, 'requests'), requestMetrics(listeners, terms)],
  };
  return extension('envoy.filters.network.http_connection_manager', 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', config);
}

/** What a request of HTTP/1.0 without a Host is for: only routes for every host take it. */
const hostOfNone = 'no-host.invalid';

/** Of the peer; Envoy itself would write the machine's own address in place of one of the loopback. */
const peer = '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%';

/** What clients say of the way is taken out before it is written here; the Host that was asked for is kept from rewrites. */
function earlyEdits(isTrusting: boolean, withheld: readonly string[]): TypedExtensionConfig {
  const config: EarlyHeaderMutation = {
    mutations: [...withheld.map((remove) => ({ remove })), ...(isTrusting
      ? [put('x-forwarded-for', `%REQ(X-FORWARDED-FOR)%, ${peer}`, 'OVERWRITE_IF_EXISTS'), put('x-forwarded-for', peer, 'ADD_IF_ABSENT'), put('x-forwarded-host', '%REQ(:AUTHORITY)%', 'ADD_IF_ABSENT')]
      : [
        ...['forwarded', 'x-real-ip', 'x-forwarded-port'].map((name) => ({ remove: name })),
        put('x-forwarded-for', peer, 'OVERWRITE_IF_EXISTS_OR_ADD'), put('x-forwarded-host', '%REQ(:AUTHORITY)%', 'OVERWRITE_IF_EXISTS_OR_ADD'),
      ])],
  };
  return extension('envoy.http.early_header_mutation.header_mutation', 'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', config);
}

function put(key: string, value: string, action: NonNullable<HeaderValueOption['append_action']>): HeaderMutation {
  return { append: { header: { key, value }, append_action: action } };
}

/** The client is the last one in X-Forwarded-For that is no trusted proxy; peers that are none are clients themselves. */
function trusted(proxies: readonly string[]): TypedExtensionConfig {
  return extension('envoy.http.original_ip_detection.xff', 'envoy.extensions.http.original_ip_detection.xff.v3.XffConfig', { xff_trusted_cidrs: { cidrs: proxies.map(cidr) }, skip_xff_append: true });
}
