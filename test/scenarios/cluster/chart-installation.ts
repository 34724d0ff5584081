import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeEnvoyImage, makeImage, namespace, root } from '../../cluster/postern.ts';
import type { KubeObject } from './api.ts';
import type { Cluster } from './cluster.ts';
import type { Installation } from './installation.ts';
import { pathOf } from './kinds.ts';

const image = { repository: 'postern.local/postern', tag: 'scenarios' };
const selector = 'app.kubernetes.io/component=controller';
const release = 'postern';
const chart = join(root, 'deploy/chart/postern');
/** A machine that does much else starts pods slowly. Seconds. */
const patience = 180;
const usual = { 'image.repository': image.repository, 'image.tag': image.tag };
/** All that scenarios leave to Postern is then the class of Envoys: its controllerName is the usual one. */
const ofEnvoys = {
  'controllerName': 'postern.dev/native', 'gatewayClass.create': 'false',
  'envoy.enabled': 'true', 'envoy.controllerName': 'postern.dev/gateway-controller', 'envoy.gatewayClass.name': 'postern',
};

/** Postern as its chart installs it, from the sources as they are now; `envoy`: with Envoys as data planes. */
export async function chartInstallation(cluster: Cluster, dataPlane: 'native' | 'envoy'): Promise<Installation> {
  await cluster.tool(['build', 'helm']);
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/bundle.ts')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the program cannot be built: ${stderr}`);
  makeImage(image.repository, image.tag);
  const installation = new ChartInstallation(cluster, dataPlane === 'envoy' ? { ...usual, ...ofEnvoys, ...makeEnvoyImage() } : usual);
  // What a run that was stopped has left would go on with its own image.
  await installation.stop();
  return installation;
}

class ChartInstallation implements Installation {
  readonly #cluster: Cluster;
  readonly #values: Readonly<Record<string, string>>;

  /** `values`: of the chart. */
  constructor(cluster: Cluster, values: Readonly<Record<string, string>>) {
    this.#cluster = cluster;
    this.#values = values;
  }

  async start(): Promise<void> {
    await this.#helm('upgrade', '--install', '--take-ownership', release, chart, '--create-namespace', ...sets(this.#values), '--wait', '--timeout', '120s');
  }

  async startEarly(): Promise<void> {
    await this.#helm('upgrade', '--install', '--take-ownership', release, chart, '--create-namespace', ...sets({ ...this.#values, 'gatewayClass.create': 'false', 'envoy.gatewayClass.create': 'false' }));
  }

  async stop(): Promise<void> {
    await this.#helm('uninstall', release, '--ignore-not-found', '--wait', '--timeout', '120s');
  }

  async kill(): Promise<void> {
    await this.#cluster.mustKubectl(['-n', namespace, 'delete', 'pod', '-l', selector, '--grace-period=0', '--force', '--wait=false']);
  }

  async untilReady(seconds: number): Promise<void> {
    await this.#cluster.until('GatewayClass postern accepted by ready controllers', Math.max(seconds, patience), async () => {
      const { status } = await this.#cluster.api.get(pathOf('GatewayClass', { name: 'postern' })) ?? {};
      const conditions = (status?.conditions ?? []) as { type: string; status: string }[];
      const { isReady } = await this.state();
      return isReady && conditions.some((it) => it.type === 'Accepted' && it.status === 'True') ? true : undefined;
    });
  }

  async state(): Promise<{ isRunning: boolean; isReady: boolean; restarts: number }> {
    const pods = await this.#pods();
    const containers = pods.flatMap(({ status }) => (status?.containerStatuses ?? []) as { ready: boolean; restartCount: number }[]);
    return {
      isRunning: pods.length > 0 && pods.every(({ status }) => status?.phase === 'Running'),
      isReady: containers.length > 0 && containers.every(({ ready }) => ready),
      restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    };
  }

  async log(): Promise<string> {
    const pods = await this.#pods();
    return (await Promise.all(pods.map(({ metadata }) => this.#cluster.api.text(`${pathOf('Pod', metadata)}/log`)))).join('');
  }

  remove(): Promise<void> {
    return this.stop();
  }

  async #helm(...args: readonly string[]): Promise<void> {
    await this.#cluster.tool(['exec', 'helm', ...args, '--namespace', namespace]);
  }

  /** Those that are not on their way out. */
  async #pods(): Promise<KubeObject[]> {
    return (await this.#cluster.api.list(pathOf('Pod', { namespace, selector }))).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }
}

function sets(wanted: Readonly<Record<string, string>>): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
}
