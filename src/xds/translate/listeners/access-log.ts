import type { AccessLog } from '../../gen/messages.ts';
import type { EnvoyTerms } from '../envoy-resources.ts';
import { toldOf } from '../told.ts';
import { extension } from '../typed.ts';

/** The keys of the native proxy's lines that Envoy can fill; a request that has no such value has no such key. */
const requestKeys = {
  time: '%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%', kind: 'request',
  'http.request.method': '%REQ(:METHOD)%', 'url.scheme': '%REQ(:SCHEME)%', 'server.address': '%REQ(X-FORWARDED-HOST?:AUTHORITY)%', 'url.path': '%PATH(NQ:PATH)%',
  'http.response.status_code': '%RESPONSE_CODE%', 'http.request.body.size': '%BYTES_RECEIVED%', 'http.response.body.size': '%BYTES_SENT%',
  'network.protocol.name': 'http', 'network.protocol.version': '%PROTOCOL%', 'client.address': '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  'network.peer.address': '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%', 'user_agent.original': '%REQ(USER-AGENT)%',
  gateway: toldOf('VIRTUAL_HOST', 'gateway'), listener: toldOf('VIRTUAL_HOST', 'listener'),
  route: toldOf('ROUTE', 'route'), rule: toldOf('ROUTE', 'rule'), backend: '%UPSTREAM_CLUSTER%', endpoint: '%UPSTREAM_HOST%',
  request_id: '%REQ(X-REQUEST-ID)%', duration_ms: '%DURATION%', tries: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%', trace_id: '%TRACE_ID%',
  'envoy.details': '%RESPONSE_CODE_DETAILS%', 'envoy.flags': '%RESPONSE_FLAGS%',
} as const;

const streamKeys = {
  time: '%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%', kind: 'connection', 'network.transport': 'tcp',
  'client.address': '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', 'client.port': '%DOWNSTREAM_REMOTE_PORT%', backend: '%UPSTREAM_CLUSTER%', endpoint: '%UPSTREAM_HOST%',
  bytes_received: '%BYTES_RECEIVED%', bytes_sent: '%BYTES_SENT%', duration_ms: '%DURATION%', 'envoy.flags': '%RESPONSE_FLAGS%',
} as const;

/** A line of JSON for each request, or connection, on standard output, where the terms ask for it. */
export function accessLog({ accessLog: form }: EnvoyTerms, of: 'requests' | 'connections'): AccessLog[] {
  if (form === undefined) return [];
  const format = { json_format: of === 'requests' ? requestKeys : streamKeys, omit_empty_values: true };
  return [extension('envoy.access_loggers.stdout', 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', { log_format: format })];
}
