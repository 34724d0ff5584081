import type { Capabilities } from '../contract/index.ts';
import { checkRegex } from './route/regex.ts';
import { carriesAttribute } from './trace/attribute-keys.ts';

/** What the native data plane carries today; whatever is not here is refused in status. */
export const nativeCapabilities: Capabilities = {
  name: 'native',
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
    'TLSRouteModeMixed', 'TLSRouteModeTerminate', 'TelemetryPolicyAttribute', 'TelemetryPolicyParentBasedSampling', 'TelemetryPolicyTracing', 'UDPRoute',
  ],
  carriesAttribute,
  objectKinds: new Set(['XBackend', 'XBackendTrafficPolicy']),
  checkRegex,
};
