/** All backends of the bench, by name. */
import { once } from 'node:events';
import { join } from 'node:path';
import { startNginxBackend } from './nginx.ts';
import type { Child } from '../children.ts';
import type { PeerConfig } from '../peers/peer.ts';
import type { BackendName } from '../workloads.ts';

/** The port of 127.0.0.1 of each. */
export type BackendPorts = Readonly<Record<BackendName, number>>;

export async function startBackends(config: Pick<PeerConfig, 'children' | 'core' | 'folder'>): Promise<BackendPorts> {
  const [nginx, echo] = await Promise.all([startNginxBackend(config), startEcho(config)]);
  return { http: nginx.http.port, grpc: nginx.grpcPort, ...echo };
}

/** The echo servers say their ports in one line of JSON. */
async function startEcho({ children, core }: Pick<PeerConfig, 'children' | 'core'>): Promise<Pick<BackendPorts, 'stream' | 'websocket' | 'udp'>> {
  const child = children.start({ name: 'echo', core, command: process.execPath, args: [join(import.meta.dirname, 'echo.ts')], stdout: 'pipe' });
  return JSON.parse(await firstLine(child));
}

async function firstLine(child: Child): Promise<string> {
  const [text] = await Promise.race([once(child.process.stdout!, 'data'), once(child.process, 'exit').then(() => { throw new Error(`${child.name} ended:\n${child.logTail()}`); })]);
  return String(text);
}
