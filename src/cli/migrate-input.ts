import type { Snapshot, SourceObject } from '../contract/index.ts';
import { ingressesAmong } from '../migrate/index.ts';
import { ClusterClient, openFileSource } from '../source/index.ts';
import { accessFrom } from './access-options.ts';
import { UsageError, type Arguments } from './command.ts';
import { requireInputs } from './inputs.ts';
import { syntheticObject } from './synthetic-object.ts';

/** Ingresses and what they mean: of files where they are named, else of a cluster. Rejects with UsageError where there is neither. */
export async function migrateInput(args: Arguments): Promise<Snapshot> {
  const isCluster = args.positionals.length === 0 && (args.value('context') !== undefined || args.value('kubeconfig') !== undefined);
  if (!isCluster) return openFileSource(requireInputs(args.positionals)).read();
  const client = new ClusterClient(await accessFrom(args));
  try {
    return { objects: await objectsOf(client), findings: [] };
  } catch (error) {
    throw new UsageError(`the cluster can't be read: ${error instanceof Error ? error.message.trim() : String(error)}`, { cause: error });
  } finally {
    client.close();
  }
}

async function objectsOf(client: ClusterClient): Promise<SourceObject[]> {
  const ingresses = await listed(client, 'networking.k8s.io/v1', 'Ingress', 'ingresses');
  const beside = await Promise.all([listed(client, 'networking.k8s.io/v1', 'IngressClass', 'ingressclasses'), listed(client, 'v1', 'Service', 'services')]);
  // Of ConfigMaps only those with headers that an annotation names: others may be many, and are nobody's business here.
  const named = new Set(ingressesAmong(ingresses).flatMap(({ annotations }) => annotations['nginx.ingress.kubernetes.io/custom-headers'] ?? []));
  const maps = await Promise.all([...new Set([...named].map((it) => it.split('/')[0] ?? ''))].map((namespace) => listed(client, 'v1', 'ConfigMap', `namespaces/${namespace}/configmaps`)));
  const own = await listed(client, 'v1', 'ConfigMap', 'configmaps', 'app.kubernetes.io/name=ingress-nginx');
  return [...ingresses, ...beside.flat(), ...maps.flat(), ...own];
}

/** All objects of a kind; lists leave out what all of them share. */
async function listed(client: ClusterClient, apiVersion: string, kind: string, resource: string, labels?: string): Promise<SourceObject[]> { // oxlint-disable-line max-params -- what is listed, in the API's own words.
  const objects = await client.list(`${apiVersion === 'v1' ? '/api' : '/apis'}/${apiVersion}/${resource}`, labels);
  return objects.map((it) => syntheticObject({ ...it, apiVersion, kind }));
}
