import type { Capabilities } from '../../../src/contract/index.ts';
import { suiteTests } from './expectation.ts';

/** A data plane that carries all of the Gateway API: what attach and status are judged with where no traffic flows. */
export const completeDataPlane: Capabilities = {
  name: 'complete',
  routeKinds: new Set(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']),
  protocols: new Set(['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP']),
  filters: new Set([
    'RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'RequestMirror', 'CORS', 'ExternalAuth',
  ]),
  grpcFilters: new Set(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror']),
  ruleFields: new Set(['timeouts', 'retry', 'sessionPersistence']),
  backendProtocols: new Set(['http1', 'h2c', 'websocket', 'wss']),
  features: [...new Set(suiteTests().flatMap((test) => test.features))].filter((name) => !name.startsWith('Mesh')).sort(),
  checkRegex: () => undefined,
};
