/** nginx that answers from its configuration and from files, on another core than the proxies: HTTP/1.1, and gRPC on a port of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grpcMessage, grpcService } from '../grpc-message.ts';
import { freePort } from '../free-port.ts';
import { probePath } from '../route-table.ts';
import { nginxFrame } from '../peers/nginx.ts';
import { startOnFreePort, type PeerConfig, type RunningPeer } from '../peers/peer.ts';

const body = JSON.stringify({ id: 42, name: 'a small answer', text: 'x'.repeat(56) });
const told = ['host', 'http_x_forwarded_for', 'http_x_forwarded_proto', 'http_x_request_id', 'connection_requests', 'server_protocol'];

export interface NginxBackend {
  /** Answers 100 bytes of JSON; `…/10kb` and `…/1mb` that much; `probePath` what it was sent, one `name=value` a line. */
  readonly http: RunningPeer;
  /** The port that answers each gRPC call with one message of 100 bytes. */
  readonly grpcPort: number;
}

export async function startNginxBackend(config: Pick<PeerConfig, 'children' | 'core' | 'folder'>): Promise<NginxBackend> {
  const folder = join(config.folder, 'backend');
  writeFiles(folder);
  const grpcPort = await freePort();
  const http = await startOnFreePort(config, 'backend', (port) => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxFrame(folder, { http: servers(folder, port, grpcPort) }));
    return { command: 'nginx', args: ['-p', folder, '-e', 'stderr', '-c', file] };
  });
  return { http, grpcPort };
}

function writeFiles(folder: string): void {
  mkdirSync(join(folder, 'files/p0'), { recursive: true });
  mkdirSync(join(folder, 'files', grpcService), { recursive: true });
  writeFileSync(join(folder, 'files/p0/10kb'), 'x'.repeat(10_000));
  writeFileSync(join(folder, 'files/p0/1mb'), 'x'.repeat(1_000_000));
  writeFileSync(join(folder, 'files', grpcService, 'Call'), grpcMessage);
}

/**
 * Files are answers to GET only, so a POST is led to the same file as if it had been one. An upload is read to its end before it is
 * answered, which nginx does only for a location that passes requests on.
 */
function servers(folder: string, port: number, grpcPort: number): string {
  return `  default_type application/json;
  sendfile on;
  open_file_cache max=100;
  client_max_body_size 0;
  client_body_buffer_size 2m;
  server {
    listen 127.0.0.1:${port} backlog=16384;
    location / { return 200 '${body}'; }
    location = /p0/10kb { root ${join(folder, 'files')}; }
    location = /p0/1mb { root ${join(folder, 'files')}; }
    location = /p0/upload { proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_pass http://127.0.0.1:${port}/; }
    location = ${probePath} { return 200 "${told.map((name) => `${name}=$${name}\\n`).join('')}"; }
  }
  server {
    listen 127.0.0.1:${grpcPort} http2 backlog=4096;
    default_type application/grpc;
    location / {
      root ${join(folder, 'files')};
      error_page 405 =200 $uri;
      add_trailer grpc-status 0;
    }
  }
`;
}
