import type { AccessLog } from '../../gen/messages.ts';
import type { EnvoyTerms } from '../envoy-resources.ts';
import { extension } from '../typed.ts';

/** The keys of the native proxy's JSON lines that Envoy can fill; a request that has no such value has null there. */
const keys = {
  time: '%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%', method: '%REQ(:METHOD)%', path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%', host: '%REQ(X-FORWARDED-HOST?:AUTHORITY)%',
  protocol: '%PROTOCOL%', status: '%RESPONSE_CODE%', cause: '%RESPONSE_CODE_DETAILS%', flags: '%RESPONSE_FLAGS%', client: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  route: '%ROUTE_NAME%', endpoint: '%UPSTREAM_HOST%', backend: '%UPSTREAM_CLUSTER%', requestId: '%REQ(X-REQUEST-ID)%',
  bytesIn: '%BYTES_RECEIVED%', bytesOut: '%BYTES_SENT%', ms: '%DURATION%',
} as const;

/** A line of JSON for each request on standard output, where the terms ask for it. */
export function accessLog({ accessLog: form }: EnvoyTerms): { readonly access_log?: readonly AccessLog[] } {
  if (form === undefined) return {};
  return { access_log: [extension('envoy.access_loggers.stdout', 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', { log_format: { json_format: keys } })] };
}
