type PlainObject = { readonly [field: string]: unknown };

/** What is edited of one route. */
export type RouteEdit = 'weight' | 'match' | 'hostname';

const V1 = 'gateway.networking.k8s.io/v1';
const routesANamespace = 100;

export interface ScaleShape {
  readonly routes: number;
  /** ListenerSets that share the routes; 0: all are on one listener of the Gateway. */
  readonly sets: number;
}

/** A Gateway, and routes with a hostname, a Service and an EndpointSlice each. */
export function scaleObjects({ routes, sets }: ScaleShape): PlainObject[] {
  const indexes = Array.from({ length: routes }, (_, index) => index);
  return [
    { apiVersion: V1, kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } },
    {
      apiVersion: V1, kind: 'Gateway', metadata: { name: 'web', namespace: 'infra' },
      spec: { gatewayClassName: 'postern', allowedListeners: { namespaces: { from: 'All' } }, listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }] },
    },
    ...Array.from({ length: sets }, (_, index) => listenerSet(index)),
    ...indexes.map((index) => route(index, { sets })),
    ...indexes.map(service),
    ...indexes.map((index) => slice(index, 0)),
  ];
}

function listenerSet(index: number): PlainObject {
  return {
    apiVersion: V1, kind: 'ListenerSet', metadata: { name: `team-${index}`, namespace: 'infra' },
    spec: { parentRef: { name: 'web' }, listeners: [{ name: 'own', port: 80, protocol: 'HTTP', hostname: `*.team-${index}.example.com`, allowedRoutes: { namespaces: { from: 'All' } } }] },
  };
}

export interface RouteOptions {
  readonly sets: number;
  readonly edit?: RouteEdit;
  /** Counts the edits, so that each is another one. */
  readonly turn?: number;
}

export function route(index: number, { sets, edit, turn = 0 }: RouteOptions): PlainObject {
  const domain = sets === 0 ? 'example.com' : `team-${index % sets}.example.com`;
  return {
    apiVersion: V1, kind: 'HTTPRoute', metadata: { name: `route-${index}`, namespace: namespaceOf(index) },
    spec: {
      parentRefs: [sets === 0 ? { name: 'web', namespace: 'infra' } : { kind: 'ListenerSet', name: `team-${index % sets}`, namespace: 'infra' }],
      hostnames: [`${edit === 'hostname' ? `edit-${turn}-` : ''}r${index}.${domain}`],
      rules: [{
        matches: [{ path: { type: 'PathPrefix', value: edit === 'match' ? `/edit-${turn}` : '/' } }],
        backendRefs: [{ name: `svc-${index}`, port: 80, weight: edit === 'weight' ? 2 + turn : 1 }],
      }],
    },
  };
}

function service(index: number): PlainObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: `svc-${index}`, namespace: namespaceOf(index) }, spec: { ports: [{ name: 'http', port: 80 }] } };
}

/** Another `turn` is another endpoint. */
export function slice(index: number, turn: number): PlainObject {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: `svc-${index}-0`, namespace: namespaceOf(index), labels: { 'kubernetes.io/service-name': `svc-${index}` } },
    addressType: 'IPv4', ports: [{ name: 'http', port: 8080 }], endpoints: [{ addresses: [`10.${turn % 250}.${(index >> 8) % 250}.${index % 250}`] }],
  };
}

function namespaceOf(index: number): string {
  return `ns-${Math.floor(index / routesANamespace)}`;
}
