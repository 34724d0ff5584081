import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../free-port.ts';
import { writeManifests } from '../manifests.ts';
import { untilBoundUdp, untilListening, type Peer, type PeerConfig, type RunningPeer } from './peer.ts';

const here = resolve(import.meta.dirname, '../..');
/** Two folders below the top, as dist/bin is: the program looks there for package.json. */
const bundleFolder = '.cache/bench';

/** Started as a user would: `postern serve`, bundled as in the package, on a folder of manifests. */
export const postern: Peer = posternOf('postern', here);

/** Postern of any checkout, to compare two of them in one run. */
export function posternOf(name: string, root: string): Peer {
  let bundled = false;
  return {
    name,
    find() {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
      return { version: `${name}/${version} on node ${process.versions.node}` };
    },
    cannot: () => undefined,
    async start(config) {
      if (!bundled) bundle(root);
      bundled = true;
      const manifests = join(config.folder, 'manifests');
      const port = await freePort();
      writeManifests(manifests, { ...config, listenerPort: port });
      const more = config.workload.accessLog === true ? accessLogArguments : [];
      return servePostern(config, { manifests, port, root, name, more });
    },
  };
}

const accessLogArguments = ['--access-log', '/dev/null'];

/** The program as the package has it; done once a run, so that what is measured is what is in the folder. */
export function bundle(root = here): void {
  const run = spawnSync(process.execPath, [join(here, 'scripts/bundle.ts'), join(root, bundleFolder), root], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the program could not be bundled:\n${run.stderr}`);
}

export interface Serving {
  readonly manifests: string;
  /** Of the listener of the one Gateway. */
  readonly port: number;
  readonly root?: string;
  readonly name?: string;
  /** More arguments of `postern serve`. */
  readonly more?: readonly string[];
}

/** Serves a folder of manifests with one Gateway on the very ports of its listeners at 127.0.0.1. `bundle` comes first. */
export async function servePostern(config: Pick<PeerConfig, 'children' | 'core'> & { readonly workload?: PeerConfig['workload'] }, serving: Serving): Promise<RunningPeer> {
  const address = '127.0.0.1';
  const main = join(serving.root ?? here, bundleFolder, 'main.js');
  const nodeArguments = (process.env['BENCH_NODE_ARGUMENTS'] ?? '').split(' ').filter((part) => part !== '');
  const args = [...nodeArguments, main, 'serve', serving.manifests, '--pool', `${address}/32`, '--port-offset', '0', ...(serving.more ?? [])];
  const child = config.children.start({ name: serving.name ?? 'postern', core: config.core, command: process.execPath, args });
  if (config.workload?.front === 'udp') await untilBoundUdp(child, serving.port);
  else await untilListening(child, address, serving.port);
  return { address, port: serving.port, pids: [child.pid], child, stop: () => child.stop() };
}
