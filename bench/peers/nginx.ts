import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byHost, type HostEntry } from '../route-table.ts';
import { debianPackage, installedVersion } from './installed.ts';
import { startOnFreePort, type Peer, type PeerConfig } from './peer.ts';

/** One process does all the work (`master_process off`), as one worker would. */
export const nginx: Peer = {
  name: 'nginx',
  find() {
    const version = installedVersion('nginx', ['-v']);
    return version === undefined ? { missing: debianPackage('nginx') } : { version: version.replace('nginx version: ', '') };
  },
  start: (config) =>
    startOnFreePort(config, 'nginx', (port) => {
      const file = join(config.folder, 'nginx.conf');
      writeFileSync(file, nginxConfig(config, port));
      return { command: 'nginx', args: ['-p', config.folder, '-e', 'stderr', '-c', file] };
    }),
};

/** What any nginx of the bench begins with, the backend too. */
export function nginxFrame(folder: string, http: string): string {
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${join(folder, `nginx-${kind}`)};`);
  return `daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
error_log stderr error;
events { worker_connections 8192; multi_accept on; }
http {
${temps.join('\n')}
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  tcp_nodelay on;
${http}}
`;
}

function nginxConfig(config: PeerConfig, port: number): string {
  return nginxFrame(config.folder, `  server_names_hash_max_size 65536;
  server_names_hash_bucket_size 128;
  upstream backend {
    server 127.0.0.1:${config.backendPort};
    keepalive 1024;
    keepalive_requests 1000000000;
  }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Request-ID $request_id;
  server { listen 127.0.0.1:${port} default_server backlog=4096; return 404; }
${byHost(config.routes).map((host) => server(host, port)).join('')}`);
}

function server(entry: HostEntry, port: number): string {
  const locations = entry.prefixes.map((prefix) => `    location ${prefix}/ { proxy_pass http://backend; }\n`);
  return `  server {\n    listen 127.0.0.1:${port};\n    server_name ${entry.host};\n${locations.join('')}  }\n`;
}
