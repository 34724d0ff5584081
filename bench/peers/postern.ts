import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../free-port.ts';
import { writeManifests } from '../manifests.ts';
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
    const port = await freePort();
    writeManifests(manifests, config.routes, { listener: port, backend: config.backendPort });
    return servePostern(config, manifests, port);
  },
};

/** Serves a folder of manifests with one Gateway, whose listener has `port`, on that very port of 127.0.0.1. */
export async function servePostern(config: Pick<PeerConfig, 'children' | 'core'>, manifests: string, port: number): Promise<RunningPeer> {
  const address = '127.0.0.1';
  const args = [join(root, 'src/cli/main.ts'), 'serve', manifests, '--pool', `${address}/32`, '--port-offset', '0'];
  const child = config.children.start({ name: 'postern', core: config.core, command: process.execPath, args });
  await untilListening(child, address, port);
  return { address, port, pids: [child.pid], child, stop: () => child.stop() };
}
