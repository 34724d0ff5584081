import type { Manifest } from '../manifests.ts';
import type { Serving } from '../serving.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

const readySeconds = 60;
const judgedSeconds = 30;
const controllerName = 'postern.dev/gateway-controller';

/** Waits until the pods of the manifests are as many as they should be, and Gateways of Postern are judged as they are now. */
export async function untilSettled(cluster: Cluster, objects: readonly Manifest[], serving: Serving): Promise<void> {
  await Promise.all(objects.filter(({ kind }) => kind === 'Deployment').map((it) => untilReady(cluster, it)));
  const classes = new Set(objects.filter(({ kind, spec }) => kind === 'GatewayClass' && spec.controllerName === controllerName).map(({ metadata }) => metadata.name));
  const ours = objects.filter(({ kind, spec }) => kind === 'Gateway' && classes.has(spec.gatewayClassName));
  await cluster.until('the judgement of every Gateway', judgedSeconds, async () => {
    const { objects: judged } = await serving.refresh();
    return ours.every(({ metadata }) => judged.some((it) => it.kind === 'Gateway' && it.metadata.name === metadata.name && it.metadata.namespace === (metadata.namespace ?? 'default')
      && it.status.conditions?.some((condition) => condition.type === 'Accepted' && condition.observedGeneration === it.metadata.generation))) ? true : undefined;
  });
}

async function untilReady(cluster: Cluster, { metadata: { namespace = 'default', name }, spec }: Manifest): Promise<void> {
  const wanted = spec.replicas as number;
  await cluster.until(`Deployment ${name} with ${wanted} ready`, readySeconds, async () => {
    const { metadata, status } = await cluster.api.get(pathOf('Deployment', { namespace, name })) ?? {};
    const { observedGeneration, replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = status ?? {};
    return observedGeneration === metadata?.generation && [replicas, readyReplicas, updatedReplicas].every((count) => count === wanted) ? true : undefined;
  });
}
