import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackage, installedVersion } from './installed.ts';
import { startOnFreePort, type Peer, type PeerConfig } from './peer.ts';

/** Routes are a map of host and path prefix, as HAProxy's manual advises for many of them. */
export const haproxy: Peer = {
  name: 'haproxy',
  find() {
    const version = installedVersion('haproxy', ['-v']);
    return version === undefined ? { missing: debianPackage('haproxy') } : { version: version.replace(/^HAProxy version (\S+).*/, 'haproxy/$1') };
  },
  start: (config) =>
    startOnFreePort(config, 'haproxy', (port) => {
      const map = join(config.folder, 'routes.map');
      const file = join(config.folder, 'haproxy.cfg');
      writeFileSync(map, config.routes.map((route) => `${route.host}${route.prefix}/ backend\n`).join(''));
      writeFileSync(file, haproxyConfig(config, port, map));
      return { command: 'haproxy', args: ['-db', '-f', file] };
    }),
};

function haproxyConfig(config: PeerConfig, port: number, map: string): string {
  return `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
  http-reuse always
frontend web
  bind 127.0.0.1:${port} backlog 4096
  option forwardfor
  unique-id-format %[uuid()]
  unique-id-header X-Request-ID
  http-request set-header X-Forwarded-Proto http
  use_backend %[base,map_beg(${map},none)]
backend backend
  server only 127.0.0.1:${config.backendPort} pool-max-conn 1024
backend none
  http-request return status 404
`;
}
