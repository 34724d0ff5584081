import { requestStats } from '../translate/names.ts';

/** Where an Envoy gets its configuration, and what it shows of itself. */
export interface BootstrapSettings {
  /** `host:port` of the ADS server. */
  readonly controlPlane: string;
  /** File with the PEM of who vouches for it. */
  readonly authorityFile: string;
  /** File with the token that says who the Envoy is; read anew for each stream. */
  readonly tokenFile: string;
  /** Envoy's own administration, which everybody who reaches it may use. */
  readonly admin: { readonly address: string; readonly port: number };
  /** The variant of xDS that it speaks: changes alone, or each time all that there is. */
  readonly variant?: 'delta' | 'state-of-the-world';
  /** Runtime values, over those that Postern sets. */
  readonly runtime?: Readonly<Record<string, number | boolean | string>>;
  /** Where `/readyz`, `/healthz` and `/metrics` are for others; absent: nowhere. */
  readonly health?: { readonly address: string; readonly port: number };
}

/**
 * Envoy's start configuration (envoy.config.bootstrap.v3), as JSON: all that is served comes over delta ADS. `node.id` is given on the command line
 * (`--service-node`).
 */
export function envoyBootstrap(settings: BootstrapSettings): object {
  const { admin, health, runtime, variant = 'delta' } = settings;
  // An Envoy that has nothing yet is not ready, however long it waits.
  const ads = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' };
  return {
    node: { cluster: 'postern' },
    admin: { address: socketAddress(admin), access_log: [] },
    dynamic_resources: {
      lds_config: ads, cds_config: ads,
      ads_config: { api_type: variant === 'delta' ? 'DELTA_GRPC' : 'GRPC', transport_api_version: 'V3', set_node_on_first_message_only: true, grpc_services: [{ google_grpc: grpcService(settings) }] },
    },
    ...(health === undefined ? {} : { static_resources: { listeners: [healthListener(health)], clusters: [adminCluster(admin)] } }),
    // For connections that are to be closed in the name of a backend that is not there.
    bootstrap_extensions: [{ name: 'envoy.bootstrap.internal_listener', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener' } }],
    stats_config: { histogram_bucket_settings: [{ match: { prefix: `${requestStats.prefix}.${requestStats.duration}` }, buckets: durationBounds }] },
    layered_runtime: { layers: [{ name: 'postern', static_layer: { ...ownRuntime, ...runtime } }] },
  };
}

/**
 * Expressions may be as large as the Gateway API lets them be; Envoy's own limit is 100. Several lines of one header are one value for matches (RFC 9110
 * section 5.3).
 */
const ownRuntime = { 're2.max_program_size.error_level': 4_294_967_295, 'envoy.reloadable_features.match_headers_individually': false };

/** Upper bounds of the durations of requests, milliseconds: those of the native proxy, but for the one below 1 ms, since Envoy counts whole ones. */
const durationBounds: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Token and authority are files, so that both can change while Envoy runs. */
function grpcService({ controlPlane, authorityFile, tokenFile }: BootstrapSettings): object {
  const type = 'type.googleapis.com/envoy.config.grpc_credential.v3.FileBasedMetadataConfig';
  return {
    target_uri: controlPlane, stat_prefix: 'postern',
    channel_credentials: { ssl_credentials: { root_certs: { filename: authorityFile } } },
    credentials_factory_name: 'envoy.grpc_credentials.file_based_metadata',
    call_credentials: [{ from_plugin: {
      name: 'envoy.grpc_credentials.file_based_metadata',
      typed_config: { '@type': type, secret_data: { filename: tokenFile }, header_key: 'authorization', header_prefix: 'Bearer ' },
    } }],
    channel_args: { args: { 'grpc.max_receive_message_length': { int_value: -1 }, 'grpc.keepalive_time_ms': { int_value: 30_000 }, 'grpc.max_reconnect_backoff_ms': { int_value: 5000 } } },
  };
}

function socketAddress({ address, port }: Place): object {
  return { socket_address: { address, port_value: port } };
}

function adminCluster(admin: Place): object {
  return {
    name: 'postern-admin', type: 'STATIC', connect_timeout: '1s',
    load_assignment: { cluster_name: 'postern-admin', endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(admin) } }] }] },
  };
}

/** Of Envoy's administration only what harms nobody. */
function healthListener(place: Place): object {
  const paths = { '/readyz': '/ready', '/healthz': '/server_info', '/metrics': '/stats/prometheus' };
  const routes = Object.entries(paths).map(([path, prefix_rewrite]) => ({ match: { path }, route: { cluster: 'postern-admin', prefix_rewrite } }));
  return {
    name: 'postern-health', address: socketAddress(place),
    filter_chains: [{ filters: [{
      name: 'http',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        stat_prefix: 'postern-health',
        route_config: { name: 'postern-health', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
        http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
      },
    }] }],
  };
}
