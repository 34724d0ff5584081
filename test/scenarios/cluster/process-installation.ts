import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { posternImage } from './images.ts';
import type { Installation } from './installation.ts';
import { pathOf } from './kinds.ts';

const tool = join(import.meta.dirname, '../../cluster/cluster');
const image = 'postern.local/postern:scenarios';
const controlPlane = '172.18.0.2:18000';
const gatewayClass = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } };

/** The controller as a process on the node, data planes in pods. */
export async function install(cluster: Cluster): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-scenarios-'));
  await posternImage(cluster, image, join(folder, 'app'));
  return new ProcessInstallation(cluster, folder);
}

class ProcessInstallation implements Installation {
  readonly #cluster: Cluster;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(cluster: Cluster, folder: string) {
    this.#cluster = cluster;
    this.#folder = folder;
  }

  get #logFile(): string {
    return join(this.#folder, 'controller.log');
  }

  async start(): Promise<void> {
    const log = await open(this.#logFile, 'a');
    const options = ['--kubeconfig', process.env['KUBECONFIG'] ?? '', '--proxy-image', image, '--control-plane', controlPlane];
    const args = ['exec', process.execPath, join(this.#folder, 'app/dist/bin/main.js'), 'controller', ...options];
    this.#child = spawn(tool, args, { stdio: ['ignore', log.fd, log.fd], detached: true });
    await log.close();
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    await this.start();
  }

  async untilReady(seconds: number): Promise<void> {
    // Without the CRDs there is no class yet.
    await this.#cluster.until('GatewayClass postern', seconds, async () => ((await this.#cluster.kubectl(['apply', '-f', '-'], JSON.stringify(gatewayClass))).code === 0 ? true : undefined));
    await this.#cluster.until('GatewayClass postern accepted', seconds, async () => {
      const { isRunning, isReady } = await this.state();
      if (!isRunning) throw new Error(`the controller ended: ${await this.log()}`);
      return isReady ? true : undefined;
    });
  }

  async state(): Promise<{ isRunning: boolean; isReady: boolean; restarts: number }> {
    const { status } = await this.#cluster.api.get(pathOf('GatewayClass', { name: 'postern' })) ?? {};
    const conditions = (status?.conditions ?? []) as { type: string; status: string }[];
    return { isRunning: this.#child?.exitCode === null, isReady: conditions.some((it) => it.type === 'Accepted' && it.status === 'True'), restarts: 0 };
  }

  log(): Promise<string> {
    return readFile(this.#logFile, 'utf8');
  }

  async remove(): Promise<void> {
    await this.#cluster.mustKubectl(['delete', 'gatewayclass', 'postern', '--ignore-not-found']);
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The wrapper passes no signal on, so its whole group gets it. */
  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid, signal);
    await ended;
  }
}
