import type { Ir } from '../../ir/index.ts';
import type { Origin } from '../../contract/index.ts';
import type { Cluster, ClusterLoadAssignment, Listener, RouteConfiguration, Secret } from '../gen/messages.ts';
import type { EnvoyTerms } from './envoy-resources.ts';
import { assignment, hasNames } from './clusters/assignment.ts';
import { cluster } from './clusters/cluster.ts';
import { streamAssignment, streamCluster } from './clusters/stream-cluster.ts';
import { certificatesOf, envoyListener, type SocketPlan } from './listeners/listener.ts';
import { clientAuthoritiesName, endpointAuthoritiesName } from './names.ts';
import { routeTables, shownCertificates, socketPlans, streamPlans } from './plan.ts';
import { routeConfiguration, routesOf, type RouteTable } from './routes/route-configuration.ts';
import { authoritiesSecret, certificateSecret } from './secrets.ts';

/** A resource in its JSON form. */
export interface Described<T> {
  readonly name: string;
  readonly value: T;
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
  return {
    listeners: sockets.map((it) => ({ name: it.key, value: envoyListener(it, ir, terms), origins: originsOf(it) })),
    routes: sockets.flatMap((it) => routeTables(it, ir)),
    clusters: [...backendClusters(ir), ...streamClusters(ir)],
    endpoints: [...backendEndpoints(ir), ...streamEndpoints(ir)],
    secrets: [...certificates(sockets, ir), ...authorities(sockets, ir)],
  };
}

/** A table of routes whole, for people to read. */
export function wholeTable(table: RouteTable, ir: Ir): RouteConfiguration {
  return { ...routeConfiguration(table.name), virtual_hosts: table.hosts.map((plan) => ({ ...plan.host, routes: routesOf(plan, ir) })) };
}

function originsOf({ listeners, streams }: SocketPlan): Origin[] {
  return [...listeners.map((it) => it.origin), ...streams.map(([, it]) => it.origin)];
}

/** Datagrams go by the clusters of their listeners alone. */
function backendClusters(ir: Ir): Described<Cluster>[] {
  const shown = shownCertificates(ir);
  return Object.entries(ir.backends).filter(([, it]) => it.protocol !== 'udp').flatMap(([key, backend]) => {
    const takesOne = typeof backend.tls === 'object' && backend.tls.certificate === undefined;
    const endpoints = ir.endpoints[key] ?? [];
    return (takesOne ? shown : [undefined]).map((certificate) => {
      const value = cluster(key, backend, { shown: certificate, endpoints });
      return { name: value.name as string, value, origins: [backend.origin], ...(hasNames(endpoints) ? {} : { node: backend }) };
    });
  });
}

function backendEndpoints(ir: Ir): Described<ClusterLoadAssignment>[] {
  return Object.entries(ir.backends).filter(([, it]) => it.protocol !== 'udp').flatMap(([key, backend]) => {
    const endpoints = ir.endpoints[key] ?? [];
    if (hasNames(endpoints)) return [];
    return [{ name: key, value: assignment(key, backend.tls === 'refused' ? [] : endpoints), origins: [backend.origin], ...(backend.tls === 'refused' ? {} : { node: endpoints }) }];
  });
}

function streamClusters(ir: Ir): Described<Cluster>[] {
  return streamPlans(ir).map(({ name, action, listener, route }) => (
    { name, value: streamCluster(name, action, ir, listener.upstreamCertificate), origins: [listener.origin, ...routeOrigin(ir, route)] }));
}

function streamEndpoints(ir: Ir): Described<ClusterLoadAssignment>[] {
  return streamPlans(ir).map(({ name, action, listener, route }) => ({ name, value: streamAssignment(name, action, ir), origins: [listener.origin, ...routeOrigin(ir, route)] }));
}

function routeOrigin(ir: Ir, route: string | undefined): Origin[] {
  const found = route === undefined ? undefined : ir.streamRoutes?.[route];
  return found === undefined ? [] : [found.origin];
}

/** Those that listeners show to clients, or to backends, and no others. */
function certificates(sockets: readonly SocketPlan[], ir: Ir): Described<Secret>[] {
  const toBackends = Object.values(ir.backends).map(({ tls }) => (typeof tls === 'object' ? tls.certificate : undefined));
  const streams = Object.values(ir.streamListeners ?? {}).map((it) => it.upstreamCertificate);
  const names = new Set([...sockets.flatMap(certificatesOf), ...shownCertificates(ir), ...streams, ...toBackends]);
  return [...names].flatMap((name) => {
    const found = name === undefined || name === 'none' ? undefined : ir.certificates[name];
    return found === undefined || name === undefined ? [] : [{ name, value: certificateSecret(name, found), origins: [found.origin], node: found }];
  });
}

function authorities(sockets: readonly SocketPlan[], ir: Ir): Described<Secret>[] {
  const ofClients = sockets.flatMap(({ key, listeners }): Described<Secret>[] => {
    const asking = listeners.find((it) => it.clientValidation !== undefined);
    const name = clientAuthoritiesName(key);
    return asking === undefined ? [] : [{ name, value: authoritiesSecret(name, asking.clientValidation!), origins: [asking.origin] }];
  });
  const ofEndpoints = Object.entries(ir.backends).flatMap(([key, { tls, origin }]): Described<Secret>[] => {
    if (typeof tls !== 'object' || tls.authorities === 'system') return [];
    const name = endpointAuthoritiesName(key);
    return [{ name, value: authoritiesSecret(name, { authorities: tls.authorities, mode: 'require' }), origins: [origin] }];
  });
  return [...ofClients, ...ofEndpoints];
}
