import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Child } from '../children.ts';
import { freePort } from '../free-port.ts';
import { writeManifests } from '../manifests.ts';
import { until } from '../until.ts';
import { untilListening, type Peer, type PeerConfig, type RunningPeer } from './peer.ts';

const root = resolve(import.meta.dirname, '../..');

/** Started as a user would: `postern serve` on a folder of manifests. */
export const postern: Peer = {
  name: 'postern',
  find() {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { version: `postern/${version} on node ${process.versions.node}` };
  },
  async start(config) {
    const manifests = join(config.folder, 'manifests');
    writeManifests(manifests, config.routes, { listener: await freePort(), backend: config.backendPort });
    return servePostern(config, manifests);
  },
};

/** Serves a folder of manifests with one Gateway of one listener, and says where that listener was bound. */
export async function servePostern(config: Pick<PeerConfig, 'children' | 'core'>, manifests: string): Promise<RunningPeer> {
  const args = [join(root, 'src/cli/main.ts'), 'serve', manifests, '-o', 'json'];
  const child = config.children.start({ name: 'postern', core: config.core, command: process.execPath, args, stdout: 'pipe' });
  const { address, port } = await boundListener(child);
  await untilListening(child, address, port);
  return { address, port, pids: [child.pid], child, stop: () => child.stop() };
}

interface AppliedEvent {
  readonly event: string;
  readonly gateways?: readonly { readonly listeners: readonly { readonly bound?: { readonly address: string; readonly port: number } }[] }[];
}

async function boundListener(child: Child): Promise<{ address: string; port: number }> {
  let bound: { address: string; port: number } | undefined;
  const lines = createInterface({ input: child.process.stdout! });
  lines.on('line', (line) => {
    if (bound !== undefined || !line.startsWith('{')) return;
    const event = JSON.parse(line) as AppliedEvent;
    if (event.event === 'applied') bound = event.gateways?.[0]?.listeners[0]?.bound;
  });
  await until(() => bound !== undefined || child.ended(), 60_000);
  if (bound === undefined) throw new Error(`postern serve applied no listener\n${child.logTail()}`);
  return bound;
}
