import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goModule } from './go-module.ts';
import type { Cluster } from './cluster.ts';

/** A release of the Gateway API's CRDs. */
export interface Bundle {
  readonly version: string;
  readonly channel?: string;
}

const module = 'sigs.k8s.io/gateway-api';

/** Releases that scenarios install. */
export const releases = ['v0.5.1', 'v1.0.0', 'v1.1.0', 'v1.7.0'].map((version) => `${module}@${version}`);

export const newest: Bundle = { version: 'v1.7.0', channel: 'experimental' };

/** Applies a release as its module has it, without judging. */
export async function applyBundle(cluster: Cluster, bundle: Bundle, manager?: string): Promise<void> {
  const { code, errors } = await tryBundle(cluster, bundle, manager);
  if (code !== 0) throw new Error(`Gateway API ${bundle.version}: ${errors}`);
  await cluster.mustKubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
}

/** The same, whatever the API server says to it. */
export async function tryBundle(cluster: Cluster, { version, channel = 'standard' }: Bundle, manager = 'kubectl'): ReturnType<Cluster['kubectl']> {
  const folder = join(goModule(`${module}@${version}`), 'config/crd', channel);
  const files = (await readdir(folder)).filter((name) => name.startsWith('gateway')).map((name) => join(folder, name));
  return cluster.kubectl(['apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`, ...files.flatMap((file) => ['-f', file])]);
}

/** Takes the Gateway API out, with every object of it. */
export async function removeBundle(cluster: Cluster): Promise<void> {
  const names = (await cluster.mustKubectl(['get', 'crd,validatingadmissionpolicy,validatingadmissionpolicybinding', '-o', 'name'])).split('\n');
  const ours = names.filter((name) => name.includes('gateway.networking.'));
  if (ours.length > 0) await cluster.mustKubectl(['delete', '--wait=true', ...ours]);
}
