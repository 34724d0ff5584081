/** The backend of all proxies: nginx that answers from its configuration, on another core than the proxies. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probePath } from './route-table.ts';
import { nginxFrame } from './peers/nginx.ts';
import { startOnFreePort, type PeerConfig, type RunningPeer } from './peers/peer.ts';

const body = JSON.stringify({ id: 42, name: 'a small answer', text: 'x'.repeat(56) });

/** Answers 100 bytes of JSON; at `probePath` it says what it was sent, one `name=value` a line. */
export function startBackend(config: Pick<PeerConfig, 'children' | 'core' | 'folder'>): Promise<RunningPeer> {
  const folder = join(config.folder, 'backend');
  mkdirSync(folder);
  const told = ['host', 'http_x_forwarded_for', 'http_x_forwarded_proto', 'http_x_request_id', 'connection_requests', 'server_protocol'];
  return startOnFreePort({ ...config, folder, routes: [], backendPort: 0 }, 'backend', (port) => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxFrame(folder, `  default_type application/json;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { return 200 '${body}'; }
    location = ${probePath} { return 200 "${told.map((name) => `${name}=$${name}\\n`).join('')}"; }
  }
`));
    return { command: 'nginx', args: ['-p', folder, '-e', 'stderr', '-c', file] };
  });
}
