import type { EndpointSlice, Service } from '../api/index.ts';
import type { Modeled } from '../model/index.ts';
import type { EndpointNode } from './graph.ts';

/** EndpointSlices by the `namespace/name` of their Service. */
export type EndpointIndex = Pick<ReadonlyMap<string, readonly Modeled<EndpointSlice>[]>, 'get'>;

/** The key of the Service that a slice is of; undefined for slices that somebody made for something else. */
export function serviceOf({ ref, object }: Modeled<EndpointSlice>): string | undefined {
  const service = object.metadata.labels?.['kubernetes.io/service-name'];
  return service === undefined ? undefined : `${ref.namespace}/${service}`;
}

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/** The endpoints of a Service port, in a stable order: slices join it by the port's name (Kubernetes: EndpointSlice.ports). */
export function endpointsOf(service: Modeled<Service>, port: ServicePort, index: EndpointIndex): EndpointNode[] {
  const nodes = new Map<string, EndpointNode>();
  for (const { object: slice } of index.get(service.key) ?? []) {
    const slicePort = (slice.ports ?? []).find((it) => (it.name ?? '') === (port.name ?? ''));
    if (slicePort?.port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const node = endpointNode(endpoint, slicePort.port);
      const key = `${node.address}:${node.port}`;
      if (rank(node) > rank(nodes.get(key))) nodes.set(key, node);
    }
  }
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, node]) => node);
}

/** Of an endpoint that is in several slices the entry counts that can do most. */
function rank(node: EndpointNode | undefined): number {
  if (node === undefined) return 0;
  if (node.ready) return 3;
  return node.draining === true ? 2 : 1;
}

/** Of several addresses the first counts (Kubernetes: Endpoint.addresses). */
function endpointNode({ addresses, conditions, targetRef }: NonNullable<EndpointSlice['endpoints']>[number], port: number): EndpointNode {
  const isTerminating = conditions?.terminating === true;
  const ready = conditions?.ready !== false && !isTerminating;
  // Absent, it is as ready is (discovery/v1: EndpointConditions.serving).
  const serves = (conditions?.serving ?? conditions?.ready) !== false;
  const draining = isTerminating && serves ? { draining: true as const } : {};
  return { address: addresses[0] ?? '', port, ready, ...draining, ...(targetRef?.name === undefined ? {} : { name: targetRef.name }) };
}
