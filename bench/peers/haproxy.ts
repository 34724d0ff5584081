import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackage, installedVersion } from './installed.ts';
import { backendSpeaksHttp2, hasTls, startOnFreePort, type Peer, type PeerConfig } from './peer.ts';

/** Routes are a map of host and path prefix, as HAProxy's manual advises for many of them. */
export const haproxy: Peer = {
  name: 'haproxy',
  find() {
    const version = installedVersion('haproxy', ['-v']);
    return version === undefined ? { missing: debianPackage('haproxy') } : { version: version.replace(/^HAProxy version (\S+).*/, 'haproxy/$1') };
  },
  cannot(workload) {
    if (workload.front === 'udp') return 'it does not forward UDP';
    return workload.accessLog === true ? 'its log goes to a syslog server' : undefined;
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
  const tcp = config.workload.front === 'tcp';
  return `global
  nbthread 1
  maxconn 9000
defaults
  mode ${tcp ? 'tcp' : 'http'}
  timeout connect 5s
  timeout client 300s
  timeout server 300s
${tcp ? '' : '  timeout http-keep-alive 300s\n  http-reuse always\n'}frontend web
  bind 127.0.0.1:${port} backlog 16384${bindOptions(config)}
${tcp ? '  default_backend backend\n' : httpFrontend(config, map)}backend backend
  server only 127.0.0.1:${config.backendPort}${tcp ? '' : ' pool-max-conn 8192'}${backendSpeaksHttp2(config) ? ' proto h2' : ''}
${tcp ? '' : 'backend none\n  http-request return status 404\n'}`;
}

function bindOptions(config: PeerConfig): string {
  if (hasTls(config)) return ` ssl crt ${config.certificate.bothFile} alpn h2,http/1.1`;
  return config.workload.front === 'h2c' ? ' proto h2' : '';
}

function httpFrontend(config: PeerConfig, map: string): string {
  return `  option forwardfor
  unique-id-format %[uuid()]
  unique-id-header X-Request-ID
  http-request set-header X-Forwarded-Proto ${hasTls(config) ? 'https' : 'http'}
  use_backend %[base,map_beg(${map},none)]
`;
}
