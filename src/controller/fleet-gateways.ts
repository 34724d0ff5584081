import type { GatewayNode, Graph, ListenerNode } from '../attach/index.ts';
import { perObject } from '../base/index.ts';
import type { FleetGateway } from '../fleet/index.ts';

/** The Gateways that get a data plane of their own. `clusterAddress`: the address in the cluster that the Service of one is to have. */
export function fleetGateways(graph: Graph, clusterAddress: (gateway: GatewayNode) => string | undefined = () => undefined): FleetGateway[] {
  return [...graph.gateways.values()].filter((it) => it.accepted.ok).map((it) => fleetGateway(it, clusterAddress(it)));
}

/**
 * `namespace/name` of the Gateways none of whose listeners is valid: their objects stay as they were, and their data planes are told to close. A
 * listener must not go on with what it has lost, such as the authorities that vouch for its clients.
 */
export function closedGateways(graph: Graph): string[] {
  return [...graph.gateways.values()].filter((it) => it.accepted.reason === 'ListenersNotValid' && !it.accepted.ok).map((it) => `${it.ref.namespace}/${it.ref.name}`);
}

/** Of thousands of listeners, which stay the same ones through most changes. */
const portsOf = perObject((listeners: readonly ListenerNode[]): FleetGateway['ports'] => {
  const ports = new Map(listeners.filter((it) => it.accepted.ok).map((it) => {
    const transport = it.protocol === 'UDP' ? 'UDP' as const : 'TCP' as const;
    return [`${transport} ${it.port}`, { port: it.port, transport }];
  }));
  return [...ports.values()].sort((a, b) => a.port - b.port || (a.transport < b.transport ? -1 : 1));
});

function fleetGateway({ ref, gateway, listeners, addresses, parameters }: GatewayNode, clusterAddress: string | undefined): FleetGateway {
  const { spec, metadata } = gateway.object;
  const usual = addresses.filter((it) => it.problem === undefined && it.routability !== 'Cluster');
  const wanted = usual.find((it) => it.value !== undefined)?.value;
  return {
    namespace: ref.namespace, name: ref.name, uid: (metadata as { readonly uid?: string }).uid ?? '', className: spec.gatewayClassName,
    ports: portsOf(listeners),
    labels: spec.infrastructure?.labels ?? {}, annotations: spec.infrastructure?.annotations ?? {},
    ...(wanted === undefined ? {} : { address: wanted }),
    ...(clusterAddress === undefined ? {} : { clusterAddress }),
    ...(addresses.length > 0 && usual.length === 0 ? { isInternal: true } : {}),
    ...(parameters === undefined ? {} : { parameters: parameters.spec, patches: parameters.patches }),
  };
}
