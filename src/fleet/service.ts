import { adminPort } from './container-settings.ts';
import type { FleetGateway, FleetParameters, FleetPort, FleetSettings, ServiceType } from './fleet-gateway.ts';
import type { Identity } from './identity.ts';

type ServiceParameters = NonNullable<FleetParameters['service']>;

/** `spec` of the Service: listener ports are its ports, whatever they are. */
export function service({ ports, address, clusterAddress, isInternal, parameters }: FleetGateway, { serviceType }: FleetSettings, { selector }: Identity): object {
  const wishes = parameters?.service ?? {};
  const type = isInternal === true ? 'ClusterIP' : wishes.type ?? serviceType;
  // A Service has at least one port, also while the Gateway has no listener.
  const all: readonly FleetPort[] = ports.length === 0 ? [{ port: adminPort, transport: 'TCP' }] : ports;
  return {
    type, selector,
    ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: wishes.externalTrafficPolicy ?? 'Local' }),
    ...(type === 'LoadBalancer' ? ofLoadBalancer(wishes) : {}),
    ...(wishes.ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy: wishes.ipFamilyPolicy }),
    ...(wishes.ipFamilies === undefined ? {} : { ipFamilies: wishes.ipFamilies }),
    ...(address === undefined ? {} : type === 'LoadBalancer' ? { loadBalancerIP: address } : { clusterIP: address }),
    ...(clusterAddress === undefined ? {} : { clusterIP: clusterAddress }),
    ports: all.map((it) => servicePort(it, type, wishes)),
  };
}

function ofLoadBalancer({ loadBalancerClass, loadBalancerSourceRanges, allocateLoadBalancerNodePorts }: ServiceParameters): object {
  return {
    ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    ...(loadBalancerSourceRanges === undefined ? {} : { loadBalancerSourceRanges }),
    ...(allocateLoadBalancerNodePorts === undefined ? {} : { allocateLoadBalancerNodePorts }),
  };
}

function servicePort({ port, transport }: FleetPort, type: ServiceType, { nodePorts = [] }: ServiceParameters): object {
  const chosen = type === 'ClusterIP' ? undefined : nodePorts.find((it) => it.port === port && it.protocol === transport);
  return { name: `${transport.toLowerCase()}-${port}`, port, targetPort: port, protocol: transport, ...(chosen === undefined ? {} : { nodePort: chosen.nodePort }) };
}
