import type { Backend, BackendKey, CertificateKey, Endpoint, Ir, StreamListener } from '../../ir/index.ts';
import type { Origin } from '../../contract/index.ts';
import type { Cluster, ClusterLoadAssignment, Listener, RouteConfiguration, Secret, VirtualHost } from '../gen/messages.ts';
import type { EnvoyTerms } from './envoy-resources.ts';
import { assignment, hasNames } from './clusters/assignment.ts';
import { cluster } from './clusters/cluster.ts';
import { streamAssignment, streamCluster, streamHasNames, type Transport } from './clusters/stream-cluster.ts';
import { closing, envoyListener, type SocketPlan } from './listeners/listener.ts';
import { clientAuthoritiesName, clusterName, endpointAuthoritiesName } from './names.ts';
import { routeTables, shownCertificates, socketPlans, streamPlans } from './plan.ts';
import { routeConfiguration, routesOf, routeTable, type TableOf, type VirtualHostPlan, type Whole } from './routes/route-configuration.ts';
import { authoritiesSecret, certificateSecret } from './secrets.ts';

/** A resource, with its JSON form where that is asked for. */
export interface Described<T> {
  readonly name: string;
  value(): T;
  readonly origins: readonly Origin[];
  /** The node of the IR that it is made of alone: as long as that is the same, so is the resource. */
  readonly node?: object;
}

export interface Description {
  readonly listeners: readonly Described<Listener>[];
  readonly tables: readonly TableOf[];
  readonly clusters: readonly Described<Cluster>[];
  readonly endpoints: readonly Described<ClusterLoadAssignment>[];
  readonly secrets: readonly Described<Secret>[];
}

/** The IR in Envoy's words. */
export function describe(ir: Ir, terms: EnvoyTerms): Description {
  const sockets = usedSockets(ir);
  const listeners = describeListeners(sockets, ir, terms);
  const shown = shownCertificates(ir);
  const backends = Object.keys(ir.backends);
  return {
    listeners,
    tables: sockets.flatMap((it) => routeTables(it)),
    clusters: [...backends.flatMap((key) => backendClusters(key, ir, shown)), ...streamClusters(ir)],
    endpoints: [...backends.flatMap((key) => backendEndpoints(key, ir)), ...streamEndpoints(ir)],
    secrets: describeSecrets(sockets, ir, listeners),
  };
}

/** Sockets on which something listens. */
export function usedSockets(ir: Ir): SocketPlan[] {
  return socketPlans(ir).filter((it) => it.listeners.length + it.streams.length > 0);
}

export function describeListeners(sockets: readonly SocketPlan[], ir: Ir, terms: EnvoyTerms): Described<Listener>[] {
  const found = sockets.map((plan) => {
    const value = envoyListener(plan, ir, terms);
    return { name: plan.key, value: () => value, origins: originsOf(plan) };
  });
  return sockets.some(({ socket, streams }) => streams.length > 0 && socket.transport !== 'udp') ? [...found, { name: closing.name as string, value: () => closing, origins: [] }] : found;
}

/** A table of routes whole, for people to read. */
export function wholeTable(of: TableOf, whole: Whole): RouteConfiguration {
  return { ...routeConfiguration(of.name), virtual_hosts: routeTable(of, whole).hosts.map((it) => wholeHost(it, whole.ir)) };
}

/** One virtual host of a table, with its routes. */
export function wholeHost(plan: VirtualHostPlan, ir: Ir): VirtualHost {
  return { ...plan.host, routes: routesOf(plan, ir) };
}

function originsOf({ listeners, streams }: SocketPlan): Origin[] {
  return [...listeners.map((it) => it.origin), ...streams.map(([, it]) => it.origin)];
}

/** One that requests go to; streams go by the clusters of their listeners alone. */
function requestBackend(key: BackendKey, { backends }: Ir): Backend | undefined {
  const backend = backends[key];
  return backend?.protocol === 'udp' || backend?.protocol === 'tcp' ? undefined : backend;
}

const nowhere: readonly Endpoint[] = [];

/** The clusters of one backend: none, one, or one for each certificate that it is shown. */
export function backendClusters(key: BackendKey, ir: Ir, shown: readonly (CertificateKey | undefined)[]): Described<Cluster>[] {
  const backend = requestBackend(key, ir);
  if (backend === undefined) return [];
  const takesOne = typeof backend.tls === 'object' && backend.tls.certificate === undefined;
  const endpoints = ir.endpoints[key] ?? nowhere;
  return (takesOne ? shown : [undefined]).map((certificate) => {
    const value = (): Cluster => cluster(key, backend, { shown: certificate, endpoints });
    return { name: clusterName(key, certificate), value, origins: [backend.origin], ...(hasNames(endpoints) ? {} : { node: backend }) };
  });
}

/** Its endpoints, where they do not stand in its clusters. */
export function backendEndpoints(key: BackendKey, ir: Ir): Described<ClusterLoadAssignment>[] {
  const backend = requestBackend(key, ir);
  const endpoints = ir.endpoints[key] ?? nowhere;
  if (backend === undefined || hasNames(endpoints)) return [];
  const isRefused = backend.tls === 'refused';
  return [{ name: key, value: () => assignment(key, isRefused ? [] : endpoints), origins: [backend.origin], ...(isRefused || endpoints === nowhere ? {} : { node: endpoints }) }];
}

export function streamClusters(ir: Ir): Described<Cluster>[] {
  return streamPlans(ir).map(({ name, action, listener, route }) => (
    { name, value: () => streamCluster(name, action, ir, { shown: listener.upstreamCertificate, transport: transportOf(listener) }), origins: [listener.origin, ...routeOrigin(ir, route)] }));
}

export function streamEndpoints(ir: Ir): Described<ClusterLoadAssignment>[] {
  return streamPlans(ir).filter(({ action }) => !streamHasNames(action, ir)).map(({ name, action, listener, route }) => ({ name, value: () => streamAssignment(name, action, { ir, transport: transportOf(listener) }), origins: [listener.origin, ...routeOrigin(ir, route)] }));
}

function transportOf({ protocol }: StreamListener): Transport {
  return protocol === 'udp' ? 'udp' : 'tcp';
}

function routeOrigin(ir: Ir, route: string | undefined): Origin[] {
  const found = route === undefined ? undefined : ir.streamRoutes?.[route];
  return found === undefined ? [] : [found.origin];
}

/** Names of the secrets that a message refers to, at any depth. */
function secretsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('sds_config' in value && 'name' in value) return [value.name as string];
  return Object.values(value).flatMap(secretsOf);
}

/** Those that listeners and clusters refer to, and no others: nobody would ask for them. */
export function describeSecrets(sockets: readonly SocketPlan[], ir: Ir, listeners: readonly Described<Listener>[]): Described<Secret>[] {
  const shown = shownCertificates(ir);
  const secure = Object.keys(ir.backends).filter((key) => typeof ir.backends[key]!.tls === 'object');
  const referring = [...listeners, ...secure.flatMap((key) => backendClusters(key, ir, shown)), ...streamClusters(ir)];
  const names = new Set(referring.flatMap((it) => secretsOf(it.value())));
  const found = [...names].flatMap((name): Described<Secret>[] => {
    const certificate = ir.certificates[name];
    return certificate === undefined ? [] : [{ name, value: () => certificateSecret(name, certificate), origins: [certificate.origin], node: certificate }];
  });
  return [...found, ...[...clientAuthorities(sockets), ...endpointAuthorities(ir)].filter((it) => names.has(it.name))];
}

function clientAuthorities(sockets: readonly SocketPlan[]): Described<Secret>[] {
  return sockets.flatMap(({ key, listeners }) => {
    const asking = listeners.find((it) => it.clientValidation !== undefined);
    const name = clientAuthoritiesName(key);
    return asking === undefined ? [] : [{ name, value: () => authoritiesSecret(name, asking.clientValidation!), origins: [asking.origin] }];
  });
}

function endpointAuthorities(ir: Ir): Described<Secret>[] {
  return Object.entries(ir.backends).flatMap(([key, { tls, origin }]) => {
    if (typeof tls !== 'object' || tls.authorities === 'system') return [];
    const name = endpointAuthoritiesName(key);
    const { authorities } = tls;
    return [{ name, value: () => authoritiesSecret(name, { authorities, mode: 'require' }), origins: [origin] }];
  });
}
