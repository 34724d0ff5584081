import type { FieldPath } from '../../contract/index.ts';

/** A field, as steps below the object (`*`: each item), and the feature that it needs; undefined where a value needs none. */
export type FieldNeed = readonly [field: string, feature: string | ((value: unknown) => string | undefined)];

/** Stands for what no conformance test covers: each implementation does it in its own way, or not at all. */
export const untested = 'untested';

const regex = (value: unknown): string | undefined => (value === 'RegularExpression' ? untested : undefined);
const anyRoute: readonly FieldNeed[] = [['spec.parentRefs.*.port', 'HTTPRouteParentRefPort']];
const clientValidation = (at: string): readonly FieldNeed[] => [
  [`${at}.validation`, 'GatewayFrontendClientCertificateValidation'],
  [`${at}.validation.mode`, (value) => (value === 'AllowInsecureFallback' ? 'GatewayFrontendClientCertificateValidationInsecureFallback' : undefined)],
  [`${at}.validation.caCertificateRefs.*.kind`, bundle],
];

function bundle(kind: unknown): string | undefined {
  return kind === 'ClusterTrustBundle' ? 'ClusterTrustBundle' : undefined;
}

const listener: readonly FieldNeed[] = [
  ['spec.listeners.*.port', (value) => (value === 8080 ? 'GatewayPort8080' : undefined)],
  ['spec.listeners.*.filters', 'GatewayListenerFilters'],
  ['spec.listeners.*.tls.options', untested],
];

/** By kind, what its fields need; a field '' is the object itself. From pkg/features of the Gateway API and the comments of its types. */
export const needs: Readonly<Record<string, readonly FieldNeed[]>> = {
  Gateway: [
    ...listener,
    ['spec.addresses.*', (it) => (isRecord(it) && it['value'] !== undefined && it['value'] !== '' ? 'GatewayStaticAddresses' : 'GatewayAddressEmpty')],
    ['spec.addresses.*.routability', 'GatewayAddressRoutability'],
    ['spec.infrastructure', 'GatewayInfrastructure'],
    ['spec.allowedListeners', 'ListenerSet'],
    ['spec.tls.backend.clientCertificateRef', 'GatewayBackendClientCertificate'],
    ...clientValidation('spec.tls.frontend.default'), ...clientValidation('spec.tls.frontend.perPort.*.tls'),
  ],
  ListenerSet: [['', 'ListenerSet'], ...listener],
  HTTPRoute: [
    ['', 'HTTPRoute'], ...anyRoute,
    ['spec.rules.*.name', 'HTTPRouteNamedRouteRule'],
    ['spec.rules.*.matches.*.method', 'HTTPRouteMethodMatching'],
    ['spec.rules.*.matches.*.queryParams', 'HTTPRouteQueryParamMatching'],
    ['spec.rules.*.matches.*.path.type', regex], ['spec.rules.*.matches.*.headers.*.type', regex], ['spec.rules.*.matches.*.queryParams.*.type', regex],
    ['spec.rules.*.filters.*.responseHeaderModifier', 'HTTPRouteResponseHeaderModification'],
    ['spec.rules.*.filters.*.requestRedirect.scheme', 'HTTPRouteSchemeRedirect'],
    ['spec.rules.*.filters.*.requestRedirect.port', 'HTTPRoutePortRedirect'],
    ['spec.rules.*.filters.*.requestRedirect.path', 'HTTPRoutePathRedirect'],
    ['spec.rules.*.filters.*.requestRedirect.statusCode', (value) => (value === 301 || value === 302 ? undefined : `HTTPRoute${String(value)}RedirectStatusCode`)],
    ['spec.rules.*.filters.*.urlRewrite.hostname', 'HTTPRouteHostRewrite'],
    ['spec.rules.*.filters.*.urlRewrite.path', 'HTTPRoutePathRewrite'],
    ['spec.rules.*.filters.*.requestMirror', 'HTTPRouteRequestMirror'],
    ['spec.rules.*.filters.*.requestMirror.percent', 'HTTPRouteRequestPercentageMirror'],
    ['spec.rules.*.filters.*.requestMirror.fraction', 'HTTPRouteRequestPercentageMirror'],
    ['spec.rules.*.filters', (value) => (countType(value, 'RequestMirror') > 1 ? 'HTTPRouteRequestMultipleMirrors' : undefined)],
    ['spec.rules.*.filters.*.cors', 'HTTPRouteCORS'],
    ['spec.rules.*.filters.*.externalAuth', untested],
    ['spec.rules.*.filters.*.extensionRef', untested],
    ['spec.rules.*.backendRefs.*.filters.*.requestHeaderModifier', 'HTTPRouteBackendRequestHeaderModification'],
    ['spec.rules.*.backendRefs.*.filters.*.urlRewrite', 'HTTPRouteBackendURLRewrite'],
    ['spec.rules.*.timeouts.request', 'HTTPRouteRequestTimeout'],
    ['spec.rules.*.timeouts.backendRequest', 'HTTPRouteBackendTimeout'],
    ['spec.rules.*.retry', (value) => (isRecord(value) && Array.isArray(value['codes']) ? 'HTTPRouteRetryCodes' : 'HTTPRouteRetryConnectionError')],
    ['spec.rules.*.sessionPersistence', untested],
  ],
  GRPCRoute: [['', 'GRPCRoute'], ['spec.rules.*.name', 'GRPCRouteNamedRouteRule'], ['spec.rules.*.matches.*.method.type', regex], ['spec.rules.*.matches.*.headers.*.type', regex], ['spec.rules.*.sessionPersistence', untested]],
  TLSRoute: [['', 'TLSRoute']],
  TCPRoute: [['', 'TCPRoute']],
  UDPRoute: [['', 'UDPRoute']],
  BackendTLSPolicy: [['', 'BackendTLSPolicy'], ['spec.validation.subjectAltNames', 'BackendTLSPolicySANValidation'], ['spec.validation.caCertificateRefs.*.kind', bundle]],
  Service: [['spec.ports.*.appProtocol', appProtocol]],
  XBackend: [['', untested]],
  XBackendTrafficPolicy: [['', untested]],
  XTelemetryPolicy: [['', untested]],
};

function appProtocol(value: unknown): string | undefined {
  if (value === 'kubernetes.io/h2c') return 'HTTPRouteBackendProtocolH2C';
  return value === 'kubernetes.io/ws' || value === 'kubernetes.io/wss' ? 'HTTPRouteBackendProtocolWebSocket' : undefined;
}

function countType(filters: unknown, type: string): number {
  return Array.isArray(filters) ? filters.filter((it) => isRecord(it) && it['type'] === type).length : 0;
}

/** The fields of a value that a path with `*` means, where they are present. */
export function fieldsAt(value: unknown, steps: readonly string[], path: FieldPath = []): { readonly path: FieldPath; readonly value: unknown }[] {
  const [step, ...rest] = steps;
  if (step === undefined || step === '') return value === undefined ? [] : [{ path, value }];
  if (step === '*') return Array.isArray(value) ? value.flatMap((it: unknown, index) => fieldsAt(it, rest, [...path, index])) : [];
  return isRecord(value) ? fieldsAt(value[step], rest, [...path, step]) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
