import type { Backend, BackendKey, Ir, UpstreamTls } from '../../ir/index.ts';
import type { Origin } from '../../contract/index.ts';
import type { Cluster, ClusterLoadAssignment, Listener, RouteConfiguration, Secret } from '../gen/messages.ts';
import type { EnvoyTerms } from './envoy-resources.ts';
import { assignment, hasNames } from './clusters/assignment.ts';
import { cluster } from './clusters/cluster.ts';
import { streamAssignment, streamCluster, streamHasNames } from './clusters/stream-cluster.ts';
import { envoyListener, type SocketPlan } from './listeners/listener.ts';
import { clientAuthoritiesName, clusterName, endpointAuthoritiesName } from './names.ts';
import { routeTables, shownCertificates, socketPlans, streamPlans } from './plan.ts';
import { routeConfiguration, routesOf, type RouteTable } from './routes/route-configuration.ts';
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
  /** Without the routes of their hosts. */
  readonly routes: readonly RouteTable[];
  readonly clusters: readonly Described<Cluster>[];
  readonly endpoints: readonly Described<ClusterLoadAssignment>[];
  readonly secrets: readonly Described<Secret>[];
}

/** The IR in Envoy's words. */
export function describe(ir: Ir, terms: EnvoyTerms): Description {
  const sockets = socketPlans(ir).filter((it) => it.listeners.length + it.streams.length > 0);
  const listeners = sockets.map((it) => ({ plan: it, value: envoyListener(it, ir, terms) }));
  return {
    listeners: listeners.map(({ plan, value }) => ({ name: plan.key, value: () => value, origins: originsOf(plan) })),
    routes: sockets.flatMap((it) => routeTables(it, { ir, terms })),
    clusters: [...backendClusters(ir), ...streamClusters(ir)],
    endpoints: [...backendEndpoints(ir), ...streamEndpoints(ir)],
    secrets: secrets(sockets, ir, secretsOf(listeners.map(({ value }) => value))),
  };
}

/** A table of routes whole, for people to read. */
export function wholeTable(table: RouteTable, ir: Ir): RouteConfiguration {
  return { ...routeConfiguration(table.name), virtual_hosts: table.hosts.map((plan) => ({ ...plan.host, routes: routesOf(plan, ir) })) };
}

function originsOf({ listeners, streams }: SocketPlan): Origin[] {
  return [...listeners.map((it) => it.origin), ...streams.map(([, it]) => it.origin)];
}

/** Streams go by the clusters of their listeners alone. */
function requestBackends(ir: Ir): [BackendKey, Backend][] {
  return Object.entries(ir.backends).filter(([, { protocol }]) => protocol !== 'udp' && protocol !== 'tcp');
}

function backendClusters(ir: Ir): Described<Cluster>[] {
  const shown = shownCertificates(ir);
  return requestBackends(ir).flatMap(([key, backend]) => {
    const takesOne = typeof backend.tls === 'object' && backend.tls.certificate === undefined;
    const endpoints = ir.endpoints[key] ?? [];
    return (takesOne ? shown : [undefined]).map((certificate) => {
      const value = (): Cluster => cluster(key, backend, { shown: certificate, endpoints });
      return { name: clusterName(key, certificate), value, origins: [backend.origin], ...(hasNames(endpoints) ? {} : { node: backend }) };
    });
  });
}

function backendEndpoints(ir: Ir): Described<ClusterLoadAssignment>[] {
  return requestBackends(ir).flatMap(([key, backend]) => {
    const endpoints = ir.endpoints[key] ?? [];
    if (hasNames(endpoints)) return [];
    return [{ name: key, value: () => assignment(key, backend.tls === 'refused' ? [] : endpoints), origins: [backend.origin], ...(backend.tls === 'refused' ? {} : { node: endpoints }) }];
  });
}

function streamClusters(ir: Ir): Described<Cluster>[] {
  return streamPlans(ir).map(({ name, action, listener, route }) => (
    { name, value: () => streamCluster(name, action, ir, listener.upstreamCertificate), origins: [listener.origin, ...routeOrigin(ir, route)] }));
}

function streamEndpoints(ir: Ir): Described<ClusterLoadAssignment>[] {
  return streamPlans(ir).filter(({ action }) => !streamHasNames(action, ir)).map(({ name, action, listener, route }) => ({ name, value: () => streamAssignment(name, action, ir), origins: [listener.origin, ...routeOrigin(ir, route)] }));
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
function secrets(sockets: readonly SocketPlan[], ir: Ir, ofListeners: readonly string[]): Described<Secret>[] {
  const secure = Object.values(ir.backends).filter(({ tls }) => typeof tls === 'object');
  const toBackends = secure.length === 0 ? [] : [...shownCertificates(ir), ...secure.map(({ tls }) => (tls as UpstreamTls).certificate)];
  const names = new Set([...ofListeners, ...toBackends]);
  const found = [...names].flatMap((name): Described<Secret>[] => {
    const certificate = name === undefined ? undefined : ir.certificates[name];
    return certificate === undefined || name === undefined ? [] : [{ name, value: () => certificateSecret(name, certificate), origins: [certificate.origin], node: certificate }];
  });
  return [...found, ...clientAuthorities(sockets).filter((it) => names.has(it.name)), ...endpointAuthorities(ir)];
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
