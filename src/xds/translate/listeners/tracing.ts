import type { SpanAttribute, Tracing } from '../../../ir/index.ts';
import type { CustomTag, ManagerTracing, OpenTelemetryConfig } from '../../gen/messages.ts';
import { clusterName } from '../names.ts';
import { any, duration, extension } from '../typed.ts';

const exportMs = 10_000;

/** Spans of the requests of a connection manager, over OTLP. */
export function tracingOf(tracing: Tracing): ManagerTracing {
  const { share, parentShare, attributes, spanName } = tracing;
  const sampler = extension('envoy.tracers.opentelemetry.samplers.trace_id_ratio_based', 'envoy.extensions.tracers.opentelemetry.samplers.v3.TraceIdRatioBasedSamplerConfig', { sampling_percentage: { numerator: Math.round(share * 1e6), denominator: 'MILLION' } });
  const config: OpenTelemetryConfig = {
    ...exporter(tracing), service_name: tracing.serviceName ?? 'postern',
    sampler: parentShare === undefined ? sampler : extension('envoy.tracers.opentelemetry.samplers.parent_based', 'envoy.extensions.tracers.opentelemetry.samplers.v3.ParentBasedSamplerConfig', { wrapped_sampler: sampler }),
  };
  return {
    client_sampling: { value: 100 }, random_sampling: { value: 100 }, overall_sampling: { value: 100 },
    provider: { name: 'envoy.tracers.opentelemetry', typed_config: any('envoy.config.trace.v3.OpenTelemetryConfig', config) },
    ...(attributes.length === 0 ? {} : { custom_tags: attributes.flatMap(tagOf) }),
    ...(spanName === undefined ? {} : { operation: spanName.replaceAll('%', '%%') }),
  };
}

function exporter({ protocol, collector, authority, headers }: Tracing): OpenTelemetryConfig {
  const cluster = clusterName(collector, undefined);
  if (protocol === 'grpc') {
    return { grpc_service: { envoy_grpc: { cluster_name: cluster, authority }, timeout: duration(exportMs), initial_metadata: headers.map(({ name, value }) => ({ key: name, value })) } };
  }
  return {
    http_service: {
      http_uri: { uri: `http://${authority}/v1/traces`, cluster, timeout: duration(exportMs) },
      request_headers_to_add: headers.map(({ name, value }) => ({ header: { key: name, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' })),
    },
  };
}

function tagOf(attribute: SpanAttribute): CustomTag[] {
  switch (attribute.kind) {
    case 'literal': return [{ tag: attribute.name, literal: { value: attribute.value } }];
    case 'header': return [{ tag: attribute.name, request_header: { name: attribute.header } }];
    case 'attribute': {
      const value = formatOf(attribute.key);
      return value === undefined ? [] : [{ tag: attribute.name, value }];
    }
  }
}

const formats: Readonly<Record<string, string>> = {
  'http.request.method': '%REQ(:METHOD)%', 'http.response.status_code': '%RESPONSE_CODE%', 'user_agent.original': '%REQ(USER-AGENT)%',
  'url.scheme': '%REQ(:SCHEME)%', 'url.path': '%PATH(NQ)%', 'url.query': '%QUERY_PARAMS(ORIG)%', 'http.route': '%ROUTE_NAME%',
  'client.address': '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', 'client.port': '%DOWNSTREAM_REMOTE_PORT%',
  'server.address': '%REQ(:AUTHORITY)%', 'server.port': '%DOWNSTREAM_LOCAL_PORT%',
  'network.peer.address': '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%', 'network.peer.port': '%DOWNSTREAM_DIRECT_REMOTE_PORT%',
};

/** The format of Envoy for an attribute of the Gateway API's dictionary; undefined where it has none. */
export function formatOf(key: string): string | undefined {
  if (key.startsWith('http.request.header.')) return `%REQ(${key.slice('http.request.header.'.length)})%`;
  if (key.startsWith('http.response.header.')) return `%RESP(${key.slice('http.response.header.'.length)})%`;
  return formats[key];
}
