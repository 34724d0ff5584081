import type { Capabilities } from '../../contract/index.ts';
import { formatOf } from './listeners/tracing.ts';
import { checkRegex } from './regex.ts';

/** What Envoy carries by this translation; whatever is not here is refused in status, and docs/data-planes.md says why. */
export const envoyCapabilities: Capabilities = {
  name: 'envoy',
  routeKinds: new Set(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']),
  protocols: new Set(['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP']),
  filters: new Set(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'RequestMirror', 'CORS', 'ExternalAuth']),
  grpcFilters: new Set(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror']),
  backendProtocols: new Set(['http1', 'h2c', 'websocket', 'wss']),
  ruleFields: new Set(['timeouts', 'retry', 'sessionPersistence']),
  features: [
    'BackendTLSPolicy', 'BackendTLSPolicySANValidation', 'ClusterTrustBundle', 'GRPCRoute', 'GRPCRouteNamedRouteRule', 'GRPCRouteRequestHeaderModifier',
    'GRPCRouteSessionPersistence', 'GRPCRouteSessionPersistenceHeader',
    'Gateway', 'GatewayAddressEmpty', 'GatewayAddressRoutability', 'GatewayBackendClientCertificate', 'GatewayFrontendClientCertificateValidation',
    'GatewayFrontendClientCertificateValidationInsecureFallback', 'GatewayHTTPListenerIsolation', 'GatewayHTTPSListenerDetectMisdirectedRequests', 'GatewayListenerFilters', 'GatewayPort8080', 'GatewayRouteHostnameIntersectionPrecedence',
    'GatewayStaticAddresses', 'HTTPRoute', 'HTTPRoute303RedirectStatusCode', 'HTTPRoute307RedirectStatusCode',
    'HTTPRoute308RedirectStatusCode', 'HTTPRouteBackendProtocolH2C', 'HTTPRouteBackendProtocolWebSocket', 'HTTPRouteBackendRequestHeaderModification',
    'HTTPRouteBackendTimeout', 'HTTPRouteBackendURLRewrite', 'HTTPRouteCORS', 'HTTPRouteDestinationPortMatching', 'HTTPRouteHostRewrite', 'HTTPRouteMethodMatching', 'HTTPRouteNamedRouteRule',
    'HTTPRouteParentRefPort', 'HTTPRoutePathRedirect', 'HTTPRoutePathRewrite', 'HTTPRoutePortRedirect', 'HTTPRouteQueryParamMatching',
    'HTTPRouteRequestMirror', 'HTTPRouteRequestMultipleMirrors', 'HTTPRouteRequestPercentageMirror', 'HTTPRouteRequestTimeout',
    'HTTPRouteResponseHeaderModification', 'HTTPRouteRetryCodes', 'HTTPRouteRetryConnectionError', 'HTTPRouteSchemeRedirect',
    'HTTPRouteSessionPersistence', 'HTTPRouteSessionPersistenceCookieLifetimeTypePermanent', 'ListenerSet', 'ReferenceGrant', 'TCPRoute', 'TLSRoute',
    'TLSRouteModeMixed', 'TLSRouteModeTerminate', 'TelemetryPolicyAttribute', 'TelemetryPolicyTracing', 'UDPRoute',
  ],
  carriesAttribute: (key) => formatOf(key) !== undefined,
  objectKinds: new Set(['XBackend', 'XBackendTrafficPolicy']),
  checkRegex,
};
