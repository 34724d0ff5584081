/** Where the API server keeps objects of a kind: the path before the namespace, and the plural. */
const places: Readonly<Record<string, readonly [root: string, plural: string, scope?: 'cluster']>> = {
  Namespace: ['/api/v1', 'namespaces', 'cluster'], Service: ['/api/v1', 'services'], Pod: ['/api/v1', 'pods'], Secret: ['/api/v1', 'secrets'],
  ConfigMap: ['/api/v1', 'configmaps'], ServiceAccount: ['/api/v1', 'serviceaccounts'], Deployment: ['/apis/apps/v1', 'deployments'],
  GatewayClass: ['/apis/gateway.networking.k8s.io/v1', 'gatewayclasses', 'cluster'],
  Gateway: ['/apis/gateway.networking.k8s.io/v1', 'gateways'], HTTPRoute: ['/apis/gateway.networking.k8s.io/v1', 'httproutes'],
  GRPCRoute: ['/apis/gateway.networking.k8s.io/v1', 'grpcroutes'], TLSRoute: ['/apis/gateway.networking.k8s.io/v1', 'tlsroutes'],
  TCPRoute: ['/apis/gateway.networking.k8s.io/v1', 'tcproutes'], UDPRoute: ['/apis/gateway.networking.k8s.io/v1', 'udproutes'],
};

/** Kinds whose statuses Postern writes. */
export const judgedKinds = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;

/** The path of a kind's collection, in one namespace or in all; of one object with a name. */
export function pathOf(kind: string, { namespace, name, selector }: { namespace?: string | undefined; name?: string | undefined; selector?: string | undefined } = {}): string {
  const place = places[kind];
  if (place === undefined) throw new Error(`the runner does not know where ${kind} is`);
  const [root, plural, scope] = place;
  const home = scope === 'cluster' || namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${home}/${plural}${name === undefined ? '' : `/${name}`}${selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`}`;
}
