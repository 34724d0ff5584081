import type { Backend, BackendKey, CertificateKey, Endpoint, Ir, StreamAction, StreamTarget } from '../../../ir/index.ts';
import type { Cluster, ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../../gen/messages.ts';
import { closingListener } from '../names.ts';
import { duration, overAds } from '../typed.ts';
import { hasNames, lbEndpoint, usable } from './assignment.ts';
import { upstreamSocket } from './upstream-tls.ts';

const connectMs = 5000;
const noLimit = 2 ** 32 - 1;

/**
 * Where the connections or sessions of one hostname of a listener go: one cluster that has the endpoints of all targets, each target a locality
 * of its weight. An edit of the route changes endpoints and no listener, so no connection is drained.
 */
export function streamCluster(name: string, action: StreamAction | undefined, ir: Ir, { shown, transport }: { readonly shown: CertificateKey | undefined; readonly transport: Transport }): Cluster { // oxlint-disable-line max-params -- a cluster's parts.
  const sockets = socketMatches(action, ir, shown);
  const discovery: Cluster = streamHasNames(action, ir)
    ? { type: 'STRICT_DNS', dns_lookup_family: 'V4_PREFERRED', load_assignment: streamAssignment(name, action, { ir, transport }) }
    : { type: 'EDS', eds_cluster_config: { eds_config: overAds, service_name: name } };
  return {
    name, ...discovery, connect_timeout: duration(connectMs), lb_policy: isHashed(action, ir) ? 'RING_HASH' : 'ROUND_ROBIN',
    common_lb_config: { healthy_panic_threshold: { value: 0 }, locality_weighted_lb_config: {} },
    circuit_breakers: { thresholds: [{ max_connections: noLimit, max_pending_requests: noLimit, max_requests: noLimit, max_retries: noLimit }] },
    ...(sockets.length === 0 ? {} : { transport_socket_matches: sockets }),
  };
}

/** Whether Envoy must resolve the name of an endpoint, which it does where that stands in the cluster. */
export function streamHasNames(action: StreamAction | undefined, ir: Ir): boolean {
  return backendsOf(action).some((key) => hasNames(ir.endpoints[key] ?? []));
}

export function streamAssignment(name: string, action: StreamAction | undefined, { ir, transport }: { readonly ir: Ir; readonly transport: Transport }): ClusterLoadAssignment {
  const targets = action?.kind === 'relay' ? action.targets.filter((it) => it.weight > 0) : [];
  const localities = targets.flatMap((target, index) => locality(target, index, { ir, transport }));
  return { cluster_name: name, ...(localities.length === 0 ? {} : { endpoints: localities }) };
}

/**
 * A target that can't be reached keeps its share: it has an endpoint that takes connections and closes them, since Envoy goes on to another where none
 * comes about. Datagrams have one at which nobody listens.
 */
const nobody: { readonly [transport in Transport]: LbEndpoint } = {
  tcp: { endpoint: { address: { envoy_internal_address: { server_listener_name: closingListener, endpoint_id: 'nobody' } } } },
  udp: { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 1 } } } },
};

export type Transport = 'tcp' | 'udp';

function locality({ weight, to }: StreamTarget, index: number, { ir, transport }: { readonly ir: Ir; readonly transport: Transport }): LocalityLbEndpoints[] {
  const backend = to.kind === 'backend' ? ir.backends[to.backend] : undefined;
  const found = to.kind === 'backend' && backend?.tls !== 'refused' ? usable(ir.endpoints[to.backend] ?? []) : [];
  const endpoints = found.length === 0 ? [nobody[transport]] : found.map((it) => withSocket(it, to.kind === 'backend' ? to.backend : '', backend));
  return [{ locality: { sub_zone: `target-${index}` }, load_balancing_weight: weight, lb_endpoints: endpoints }];
}

function withSocket(endpoint: Endpoint, key: BackendKey, backend: Backend | undefined): LbEndpoint {
  const isPlain = backend === undefined || (backend.tls === undefined && backend.proxyProtocol === undefined);
  return isPlain ? lbEndpoint(endpoint) : { ...lbEndpoint(endpoint), metadata: { filter_metadata: { 'envoy.transport_socket_match': { backend: key } } } };
}

function backendsOf(action: StreamAction | undefined): BackendKey[] {
  return action?.kind === 'relay' ? [...new Set(action.targets.flatMap(({ to }) => (to.kind === 'backend' ? [to.backend] : [])))] : [];
}

function socketMatches(action: StreamAction | undefined, ir: Ir, shown: CertificateKey | undefined): NonNullable<Cluster['transport_socket_matches']> {
  return backendsOf(action).flatMap((key) => {
    const backend = ir.backends[key];
    const socket = backend === undefined ? undefined : upstreamSocket(key, { ...backend, protocol: 'tcp' }, shown);
    return socket === undefined ? [] : [{ name: key, match: { backend: key }, transport_socket: socket }];
  });
}

function isHashed(action: StreamAction | undefined, ir: Ir): boolean {
  return backendsOf(action).some((key) => ir.backends[key]?.balancing?.kind === 'hash');
}
