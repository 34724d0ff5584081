import type { StatusDocument } from '../../../src/status/index.ts';
import type { Cluster } from './cluster.ts';
import type { AnyStatus, World } from './status-check.ts';
import { controllerName } from './suite-objects.ts';

const skipsReadiness = 'gateway-api/skip-this-for-readiness';

function skipped(metadata: { readonly [field: string]: unknown }): boolean {
  return (metadata['annotations'] as { [name: string]: string } | undefined)?.[skipsReadiness] === 'true';
}

/** The objects of a test and the statuses that Postern gave them, as the checks read them. */
export function world(cluster: Cluster, statuses: readonly StatusDocument[]): World {
  const byRef = new Map(statuses.map(({ ref, status }) => [`${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`, status]));
  return {
    controllerName,
    status: (kind, key) => (byRef.get(`${kind} ${key}`) ?? {}) as AnyStatus,
    generation: (kind, key) => cluster.get(`${kind} ${key}`).metadata['generation'] as number,
    awaitedGateways: (namespace) => cluster.ofKind('Gateway')
      .filter(({ metadata }) => metadata.namespace === namespace && !skipped(metadata))
      .map(({ metadata }) => `${namespace}/${metadata.name}`),
  };
}
