import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byHost, type HostEntry } from '../route-table.ts';
import { debianPackage, installedVersion } from './installed.ts';
import { backendSpeaksHttp2, hasTls, startOnFreePort, type Peer, type PeerConfig } from './peer.ts';

const streamModule = '/usr/lib/nginx/modules/ngx_stream_module.so';

/** One process does all the work (`master_process off`), as one worker would. */
export const nginx: Peer = {
  name: 'nginx',
  find() {
    const version = installedVersion('nginx', ['-v']);
    return version === undefined ? { missing: debianPackage('nginx') } : { version: version.replace('nginx version: ', '') };
  },
  cannot(workload) {
    if ((workload.front === 'tcp' || workload.front === 'udp') && !existsSync(streamModule)) return debianPackage('libnginx-mod-stream');
    return undefined;
  },
  start: (config) =>
    startOnFreePort(config, 'nginx', (port) => {
      const file = join(config.folder, 'nginx.conf');
      writeFileSync(file, nginxConfig(config, port));
      return { command: 'nginx', args: ['-p', config.folder, '-e', 'stderr', '-c', file] };
    }),
};

/** What any nginx of the bench begins with, the backend too; `streams` is what stands beside `http`, with the module that it needs. */
export function nginxFrame(folder: string, { http, streams = '' }: { readonly http?: string; readonly streams?: string }): string {
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${join(folder, `nginx-${kind}`)};`);
  const web = http === undefined ? '' : `http {
${temps.join('\n')}
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  tcp_nodelay on;
${http}}
`;
  return `${streams === '' ? '' : `load_module ${streamModule};\n`}daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
error_log stderr crit;
events { worker_connections 16384; multi_accept on; }
${streams}${web}`;
}

function nginxConfig(config: PeerConfig, port: number): string {
  const { front } = config.workload;
  if (front === 'tcp' || front === 'udp') {
    return nginxFrame(config.folder, { streams: `stream {\n  server { listen 127.0.0.1:${port}${front === 'udp' ? ' udp' : ''}; proxy_pass 127.0.0.1:${config.backendPort}; }\n}\n` });
  }
  const how = `${hasTls(config) ? ' ssl' : ''}${front === 'h2' || front === 'h2c' ? ' http2' : ''}`;
  return nginxFrame(config.folder, { http: `  server_names_hash_max_size 65536;
  server_names_hash_bucket_size 128;
${hasTls(config) ? tlsOf(config) : ''}${config.workload.accessLog === true ? accessLog : ''}  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream backend {
    server 127.0.0.1:${config.backendPort};
    keepalive 8192;
    keepalive_requests 1000000000;
  }
  proxy_http_version 1.1;
  proxy_request_buffering off;
  proxy_max_temp_file_size 0;
  client_max_body_size 0;
${forwarded(config)}
  server { listen 127.0.0.1:${port}${how} default_server backlog=16384; return 404; }
${byHost(config.routes).map((host) => server(host, `127.0.0.1:${port}${how}`, config)).join('')}` });
}

function forwarded(config: PeerConfig): string {
  const prefix = backendSpeaksHttp2(config) ? 'grpc' : 'proxy';
  const headers = [
    // Host is the authority of the new request where the backend gets HTTP/2.
    ...(prefix === 'proxy' ? [['Connection', config.workload.backend === 'websocket' ? '$connection_upgrade' : '""'], ['Host', '$host']] : []),
    ...(config.workload.backend === 'websocket' ? [['Upgrade', '$http_upgrade']] : []),
    ['X-Forwarded-For', '$proxy_add_x_forwarded_for'], ['X-Forwarded-Proto', '$scheme'], ['X-Request-ID', '$request_id'],
  ];
  return headers.map(([name, value]) => `  ${prefix}_set_header ${name} ${value};`).join('\n');
}

function tlsOf({ certificate }: PeerConfig): string {
  return `  ssl_certificate ${certificate.certificateFile};
  ssl_certificate_key ${certificate.keyFile};
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache off;
`;
}

/** The fields that Envoy's log has, as far as nginx has them. */
const accessLog = `  log_format json escape=json '{"time":"$time_iso8601","method":"$request_method","path":"$request_uri","host":"$host","protocol":"$server_protocol",'
    '"status":$status,"received":$request_length,"sent":$bytes_sent,"duration":$request_time,"client":"$remote_addr","endpoint":"$upstream_addr",'
    '"id":"$request_id","agent":"$http_user_agent"}';
  access_log /dev/null json buffer=16k flush=1s;
`;

function server(entry: HostEntry, listen: string, config: PeerConfig): string {
  const pass = backendSpeaksHttp2(config) ? 'grpc_pass grpc://backend' : 'proxy_pass http://backend';
  const locations = entry.prefixes.map((prefix) => `    location ${prefix}/ { ${pass}; }\n`);
  return `  server {\n    listen ${listen};\n    server_name ${entry.host};\n${locations.join('')}  }\n`;
}
