import type { Pod, Service, XBackend } from '../api/index.ts';
import type { Modeled } from '../model/index.ts';
import type { BackendContext } from './backends.ts';
import { endpointsOf } from './endpoints.ts';
import type { EndpointNode } from './graph.ts';

/**
 * The endpoints of an XBackend of type EndpointSelector. Where a Service was made for it (GEP-4894, "Stop-Gap: Service Backing"), which
 * names it as its owner, that Service's; else the pods themselves.
 */
export function selectedEndpoints(backend: Modeled<XBackend>, context: BackendContext): EndpointNode[] {
  const { port: { number: port = 0 }, endpointSelector } = backend.object.spec;
  const service = context.backingServices.get(backend.key);
  const servicePort = service?.object.spec.ports?.[0];
  if (service !== undefined && servicePort !== undefined) return endpointsOf(service, servicePort, context.endpoints);
  const wanted = Object.entries(endpointSelector?.matchLabels ?? {});
  const pods = context.pods.get(backend.ref.namespace) ?? [];
  return pods.filter(({ object: { metadata: { labels } } }) => wanted.every(([name, value]) => labels?.[name] === value))
    .flatMap((pod) => endpointOf(pod, port)).sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}

/** As the endpoint controller sees a pod: without an address, or when it has ended, it is none. */
function endpointOf({ ref, object: { metadata, status } }: Modeled<Pod>, port: number): EndpointNode[] {
  const address = status?.podIP ?? '';
  if (address === '' || status?.phase === 'Succeeded' || status?.phase === 'Failed') return [];
  const serves = status?.conditions?.find((it) => it.type === 'Ready')?.status !== 'False';
  const isTerminating = metadata.deletionTimestamp !== undefined;
  return [{ address, port, name: ref.name, ready: serves && !isTerminating, ...(serves && isTerminating ? { draining: true } : {}) }];
}

/** The key of the XBackend that a Service was made for; undefined for other Services. */
export function backedBy({ ref, object }: Modeled<Service>): string | undefined {
  const owner = object.metadata.ownerReferences?.find((it) => it.kind === 'XBackend' && it.apiVersion.startsWith('gateway.networking.x-k8s.io/'));
  return owner === undefined ? undefined : `${ref.namespace}/${owner.name}`;
}
