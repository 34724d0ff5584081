import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Certificates } from '../certificates.ts';
import type { Stage } from '../stage.ts';
import { releases } from './bundles.ts';
import { ClusterStage } from './cluster-stage.ts';
import { Cluster } from './cluster.ts';
import { downloadModules } from './go-module.ts';
import { echoImage } from './images.ts';
import { restoreAddresses } from './scenes.ts';
import { chartInstallation } from './chart-installation.ts';

const tool = join(import.meta.dirname, '../../cluster/cluster');
/** Set in the process that runs outside the node. */
const mark = 'POSTERN_SCENARIOS_OUTSIDE';

/** Whether this process is a client outside the cluster's node. */
export function isOutside(): boolean {
  return process.env[mark] !== undefined;
}

/** Runs a program of Node where only the cluster's outside is: `args` are its file and arguments. Its exit code. */
export function runOutside(args: readonly string[]): number {
  const up = spawnSync(tool, ['up'], { stdio: 'inherit' });
  if (up.status !== 0) return up.status ?? 1;
  downloadModules(releases);
  return spawnSync(tool, ['client', process.execPath, ...args], { stdio: 'inherit', env: { ...process.env, [mark]: '1' } }).status ?? 1;
}

/** Brings the cluster to where scenarios can be played, for as long as `use` takes. */
export async function withCluster(certificates: Certificates, dataPlane: 'native' | 'envoy', use: (stage: Stage) => Promise<void>): Promise<void> {
  const cluster = await Cluster.open();
  try {
    process.stderr.write(await cluster.tool(['crds', 'experimental']));
    await cluster.tool(['loadbalancer']);
    await restoreAddresses(cluster);
    await echoImage(cluster);
    cluster.postern = await chartInstallation(cluster, dataPlane);
    try {
      await cluster.postern.start();
      await cluster.postern.untilReady(60);
      await use(new ClusterStage(cluster, certificates));
    } finally {
      await cluster.postern.remove();
    }
  } finally {
    cluster.close();
  }
}
