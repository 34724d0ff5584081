import type { BackendKey, Endpoint } from '../../../ir/index.ts';
import type { ClusterLoadAssignment, LbEndpoint } from '../../gen/messages.ts';

/** Those that take requests: the ready ones, and where none is, those that are ending but still answer. */
export function usable(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((it) => it.ready);
  return ready.length > 0 ? ready : endpoints.filter((it) => it.draining === true);
}

export function assignment(backend: BackendKey, endpoints: readonly Endpoint[]): ClusterLoadAssignment {
  const found = usable(endpoints);
  return { cluster_name: backend, ...(found.length === 0 ? {} : { endpoints: [{ locality: {}, lb_endpoints: found.map(lbEndpoint) }] }) };
}

export function lbEndpoint({ address, port }: Endpoint): LbEndpoint {
  return { endpoint: { address: { socket_address: { address, port_value: port } } } };
}

/** Names are resolved by Envoy itself, which it does only for clusters that list them. */
export function hasNames(endpoints: readonly Endpoint[]): boolean {
  return endpoints.some(({ address }) => !/^[\d.]+$|:/.test(address));
}
