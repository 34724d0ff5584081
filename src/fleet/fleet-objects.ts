import { autoscaler } from './autoscaler.ts';
import { deployment, replicasOf } from './deployment.ts';
import { envoyFiles } from './envoy-container.ts';
import type { FleetGateway, FleetObject, FleetPatches, FleetSettings } from './fleet-gateway.ts';
import { controllerAnnotation, identityOf, type Identity } from './identity.ts';
import { service } from './service.ts';
import { strategicMerge } from './strategic-merge.ts';

/** All objects of one Gateway (GEP-1762), in the order in which they are made. */
export function fleetObjects(gateway: FleetGateway, settings: FleetSettings): FleetObject[] {
  const identity = identityOf(gateway);
  const { name, labels, selector } = identity;
  const metadata = {
    namespace: gateway.namespace, name, labels,
    annotations: { ...gateway.annotations, [controllerAnnotation]: settings.controllerName },
    ownerReferences: [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: gateway.name, uid: gateway.uid }],
  };
  const { autoscaling, service: wishes } = gateway.parameters ?? {};
  const least = replicasOf(gateway, settings);
  const ofService = { ...metadata, labels: { ...wishes?.labels, ...labels }, annotations: { ...wishes?.annotations, ...metadata.annotations } };
  const objects: FleetObject[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': settings.authority, ...(settings.envoy === undefined ? {} : envoyFiles(settings.envoy)) } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment(gateway, settings, identity) },
    { apiVersion: 'v1', kind: 'Service', metadata: ofService, spec: service(gateway, settings, identity) },
    // Of a single data plane a budget would only hold up who empties its node.
    ...(least < 2 ? [] : [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' as const, metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } }]),
    ...(autoscaling === undefined ? [] : [{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' as const, metadata, spec: autoscaler(name, least, autoscaling) }]),
  ];
  return objects.map((it) => patched(it, gateway.patches ?? [], identity));
}

/** The object with what users want changed in it; what it is called and whom it selects stays. */
function patched(object: FleetObject, patches: readonly FleetPatches[], { selector }: Identity): FleetObject {
  const field = `${object.kind[0]!.toLowerCase()}${object.kind.slice(1)}` as keyof FleetPatches;
  const own = patches.flatMap((it): NonNullable<FleetPatches[keyof FleetPatches]>[] => { const patch = it[field]; return patch === undefined ? [] : [patch]; });
  if (own.length === 0) return object;
  const result = own.reduce<Readonly<Record<string, unknown>>>(strategicMerge, object);
  const { name, namespace, labels, ownerReferences } = object.metadata;
  const metadata = result['metadata'] as FleetObject['metadata'];
  const { apiVersion, kind } = object;
  return withSelector({ ...result, apiVersion, kind, metadata: { ...metadata, name, namespace, ownerReferences, labels: { ...metadata['labels'] as object, ...kept(labels as object, selector) } } }, object, selector);
}

interface Selecting {
  readonly selector?: unknown;
  readonly template?: { readonly metadata?: { readonly labels?: object } };
}

function withSelector(result: FleetObject, object: FleetObject, selector: Identity['selector']): FleetObject {
  const [wanted, before] = [result['spec'] as Selecting | undefined, object['spec'] as Selecting | undefined];
  if (wanted === undefined || before?.selector === undefined) return result;
  const { template } = wanted;
  return {
    ...result,
    spec: {
      ...wanted, selector: before.selector,
      ...(template === undefined ? {} : { template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...selector } } } }),
    },
  };
}

function kept(labels: object, selector: Identity['selector']): object {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key in selector));
}
