import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifests } from '../manifests.ts';
import type { Cluster } from './cluster.ts';
import { giveParameters } from './parameters.ts';

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
      await restoreAddresses(cluster);
    },
  },
  '19-flux-gitops': {
    // There it comes with the implementation.
    prepare(manifests) {
      manifests.add('class.yaml', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'cilium' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
    },
  },
  '27-dataplane-separation': {
    prepare(manifests) {
      giveParameters(manifests, 'echo', { proxy: { accessLog: 'JSON', resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '512Mi' } } } });
    },
  },
  '28-telemetry': {
    prepare(manifests) {
      giveParameters(manifests, 'echo', { proxy: { metricsByRoute: true } });
    },
  },
};

export function sceneOf(scenario: string): Scene | undefined {
  return scenes[scenario];
}

/** Gives the load balancer its own pool again, whatever a scenario that did not come to its end has left. */
export async function restoreAddresses(cluster: Cluster): Promise<void> {
  for (const left of ['ipaddresspool/first-pool', 'l2advertisement/first-adv']) await cluster.mustKubectl(['-n', 'metallb-system', 'delete', left, '--ignore-not-found']);
  await cluster.mustKubectl(['apply', '-f', '-'], await readFile(pool, 'utf8'));
}
