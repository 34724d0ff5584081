import type { Backend, BackendKey, BackendLimits, CertificateKey, Ejection, Endpoint, RetryBudget } from '../../../ir/index.ts';
import type { CircuitBreakers, Cluster, OutlierDetection } from '../../gen/messages.ts';
import { clusterName } from '../names.ts';
import { backendMetadata } from '../told.ts';
import { any, duration, overAds } from '../typed.ts';
import { assignment, hasNames } from './assignment.ts';
import { upstreamSocket } from './upstream-tls.ts';

const connectMs = 5000;
const upstreamIdleMs = 4000;
/** Envoy's own limits of 1024, and of 3 retries at a time, are those of a proxy that knows its backends. */
const noLimit = 2 ** 32 - 1;

const usualEjection: Ejection = { on: 'connect', failures: 5, firstMs: 5000, mostMs: 60_000 };

/** A backend as Envoy's cluster. Its endpoints come apart, but for those that have names, which Envoy resolves only where they stand in the cluster. */
export function cluster(key: BackendKey, backend: Backend, { shown, endpoints }: { readonly shown: CertificateKey | undefined; readonly endpoints: readonly Endpoint[] }): Cluster {
  const name = clusterName(key, shown);
  const socket = upstreamSocket(key, backend, shown);
  return {
    name, metadata: backendMetadata(key, backend.origin), connect_timeout: duration(connectMs), ...discovery(key, endpoints), ...balancing(backend),
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    circuit_breakers: circuitBreakers(backend), ...(backend.ejection === 'off' ? {} : { outlier_detection: outliers(backend.ejection ?? usualEjection) }),
    ...(backend.protocol === 'tcp' || backend.protocol === 'udp' ? {} : protocolOptions(backend)),
    ...(socket === undefined ? {} : { transport_socket: socket }),
  };
}

function discovery(key: BackendKey, endpoints: readonly Endpoint[]): Cluster {
  if (!hasNames(endpoints)) return { type: 'EDS', eds_cluster_config: { eds_config: overAds, service_name: key } };
  return { type: 'STRICT_DNS', dns_lookup_family: 'V4_PREFERRED', load_assignment: assignment(key, endpoints) };
}

function balancing({ balancing: how, slowStartMs }: Backend): Cluster {
  const slowStart = slowStartMs === undefined ? {} : { slow_start_config: { slow_start_window: duration(slowStartMs) } };
  switch (how?.kind) {
    case 'hash': return { lb_policy: 'RING_HASH' };
    case 'least-request': return { lb_policy: 'LEAST_REQUEST', ...(slowStartMs === undefined ? {} : { least_request_lb_config: slowStart }) };
    default: return { lb_policy: 'ROUND_ROBIN', ...(slowStartMs === undefined ? {} : { round_robin_lb_config: slowStart }) };
  }
}

function circuitBreakers({ limits, retryBudget }: Backend): CircuitBreakers {
  return {
    thresholds: [{
      max_connections: noLimit, max_requests: noLimit, max_pending_requests: limits?.waiting ?? noLimit,
      ...(retryBudget === undefined ? { max_retries: noLimit } : { retry_budget: budget(retryBudget) }),
    }],
    ...perHost(limits),
  };
}

function perHost(limits: BackendLimits | undefined): CircuitBreakers {
  return limits === undefined ? {} : { per_host_thresholds: [{ max_connections: limits.requestsPerEndpoint }] };
}

/** Envoy counts retries under way, and not a rate: as many as the least rate lets begin in a second, at least one. */
function budget({ percent, intervalMs, leastCount, leastIntervalMs }: RetryBudget): object {
  return {
    budget_percent: { value: percent }, budget_interval: duration(intervalMs),
    min_retry_concurrency: Math.max(1, Math.ceil(leastCount * 1000 / leastIntervalMs)),
  };
}

/** Connections that do not come about are counted apart from answers, and answers only where they are asked for. */
function outliers({ on, failures, firstMs, mostMs }: Ejection): OutlierDetection {
  return {
    split_external_local_origin_errors: true, consecutive_local_origin_failure: failures, enforcing_consecutive_local_origin_failure: 100,
    consecutive_5xx: failures, enforcing_consecutive_5xx: 0,
    consecutive_gateway_failure: failures, enforcing_consecutive_gateway_failure: on === 'errors' ? 100 : 0,
    enforcing_success_rate: 0, enforcing_local_origin_success_rate: 0, enforcing_failure_percentage: 0,
    base_ejection_time: duration(firstMs), max_ejection_time: duration(mostMs), max_ejection_percent: 50, always_eject_one_host: false, interval: duration(1000),
  };
}

function protocolOptions({ protocol }: Backend): Cluster {
  const explicit = protocol === 'h2c' ? { http2_protocol_options: {} } : { http_protocol_options: { enable_trailers: true, allow_custom_methods: true } };
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': any('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
        explicit_http_config: explicit, common_http_protocol_options: { idle_timeout: duration(upstreamIdleMs), max_headers_count: 256, max_response_headers_kb: 64 },
      }),
    },
  };
}
