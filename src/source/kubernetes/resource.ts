/** A kind as the API server serves it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The last element of its path, such as `httproutes`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** Only what matches is watched. */
  readonly fieldSelector?: string;
  /** May be missing in a cluster; nothing is said of it then, and where it has several versions it is not followed. */
  readonly isOptional?: boolean;
  /** Followed in the first of these that the server says it serves, where it has not the one above. */
  readonly olderVersions?: readonly string[];
  /** Known to those who ask for it by kind, and in no snapshot. */
  readonly isAside?: boolean;
}

const GATEWAY = 'gateway.networking.k8s.io';
const EXPERIMENTAL = 'gateway.networking.x-k8s.io';

/** What Postern reads of a cluster. */
export const watchedResources: readonly Resource[] = [
  { group: GATEWAY, version: 'v1', kind: 'GatewayClass', plural: 'gatewayclasses', isNamespaced: false, olderVersions: ['v1beta1'] },
  { group: GATEWAY, version: 'v1', kind: 'Gateway', plural: 'gateways', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'ListenerSet', plural: 'listenersets', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'HTTPRoute', plural: 'httproutes', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'GRPCRoute', plural: 'grpcroutes', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'TLSRoute', plural: 'tlsroutes', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'TCPRoute', plural: 'tcproutes', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'UDPRoute', plural: 'udproutes', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'BackendTLSPolicy', plural: 'backendtlspolicies', isNamespaced: true },
  { group: GATEWAY, version: 'v1', kind: 'ReferenceGrant', plural: 'referencegrants', isNamespaced: true },
  { group: EXPERIMENTAL, version: 'v1alpha1', kind: 'XBackend', plural: 'xbackends', isNamespaced: true, isOptional: true },
  { group: EXPERIMENTAL, version: 'v1alpha1', kind: 'XBackendTrafficPolicy', plural: 'xbackendtrafficpolicies', isNamespaced: true, isOptional: true },
  { group: EXPERIMENTAL, version: 'v1alpha1', kind: 'XTelemetryPolicy', plural: 'xtelemetrypolicies', isNamespaced: true, isOptional: true },
  { group: 'postern.dev', version: 'v1alpha1', kind: 'GatewayParameters', plural: 'gatewayparameters', isNamespaced: true, isOptional: true },
  { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', isNamespaced: false },
  { group: '', version: 'v1', kind: 'Service', plural: 'services', isNamespaced: true },
  { group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', plural: 'endpointslices', isNamespaced: true },
  { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', isNamespaced: true, fieldSelector: 'type!=helm.sh/release.v1' },
  { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', isNamespaced: true },
  { group: 'certificates.k8s.io', version: 'v1', kind: 'ClusterTrustBundle', plural: 'clustertrustbundles', isNamespaced: false, isOptional: true, olderVersions: ['v1beta1', 'v1alpha1'] },
  // One of the Gateway API's, for the release that it says it is of.
  { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', plural: 'customresourcedefinitions', isNamespaced: false, fieldSelector: 'metadata.name=gatewayclasses.gateway.networking.k8s.io', isOptional: true, isAside: true },
  { group: 'networking.k8s.io', version: 'v1', kind: 'ServiceCIDR', plural: 'servicecidrs', isNamespaced: false, isOptional: true, olderVersions: ['v1beta1'], isAside: true },
];

/** `gateway.networking.k8s.io/v1`, or `v1` of the core group. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The path of all its objects, or of those of a namespace. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const place = resource.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${place}/${resource.plural}`;
}

/** The path of one object. */
export function pathOf(resource: Resource, object: { readonly namespace: string; readonly name: string }): string {
  return `${collectionPath(resource, object.namespace)}/${encodeURIComponent(object.name)}`;
}
