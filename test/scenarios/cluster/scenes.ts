import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifests } from '../manifests.ts';
import type { Cluster } from './cluster.ts';

/** What a scenario needs of the cluster besides its manifests. */
export interface Scene {
  enter?(cluster: Cluster): Promise<void>;
  prepare?(manifests: Manifests): void;
  leave?(cluster: Cluster): Promise<void>;
}

const pool = join(import.meta.dirname, '../../cluster/manifests/metallb/pool.yaml');

const scenes: Readonly<Record<string, Scene>> = {
  '18-lb-address-pools': {
    async enter(cluster) {
      await cluster.mustKubectl(['delete', '--wait=true', '-f', pool]);
    },
    // Both files call theirs first-pool.
    prepare(manifests) {
      if (manifests.objects.filter(({ kind }) => kind === 'IPAddressPool').length > 1) manifests.removeFile('metallb-192.168.10.yaml');
    },
    async leave(cluster) {
      await cluster.mustKubectl(['apply', '-f', '-'], await readFile(pool, 'utf8'));
    },
  },
};

export function sceneOf(scenario: string): Scene | undefined {
  return scenes[scenario];
}
