import { createHash } from 'node:crypto';
import type { Origin } from '../../contract/index.ts';
import type { Backend, BackendKey, Ir, Route as IrRoute, RouteKey } from '../../ir/index.ts';
import type { Messages } from '../gen/messages.ts';
import { describe, type Described } from './describe.ts';
import { encode, withEntries } from './encode.ts';
import type { EnvoyResource, EnvoyResources, EnvoyTable, EnvoyTerms } from './envoy-resources.ts';
import { envoyRoutes } from './routes/route.ts';
import { routeConfiguration, type RouteTable, type VirtualHostPlan } from './routes/route-configuration.ts';
import type { RouteSurroundings } from './routes/surroundings.ts';

/**
 * The IR as Envoy's resources: pure and deterministic. What is made of nodes that are those of an earlier call is remembered with them, so an
 * edit costs what it changes; resources and tables that are as in `before` keep their identity.
 */
export function translate(ir: Ir, terms: EnvoyTerms = {}, before?: EnvoyResources): EnvoyResources {
  const { listeners, routes, clusters, endpoints, secrets } = describe(ir, terms);
  return {
    listeners: table(listeners.map((it) => resource('envoy.config.listener.v3.Listener', it)), before?.listeners),
    routes: table(routes.map((it) => routeResource(it, ir, before?.routes.get(it.name))), before?.routes),
    clusters: table(clusters.map((it) => resource('envoy.config.cluster.v3.Cluster', it)), before?.clusters),
    endpoints: table(endpoints.map((it) => resource('envoy.config.endpoint.v3.ClusterLoadAssignment', it)), before?.endpoints),
    secrets: table(secrets.map((it) => resource('envoy.extensions.transport_sockets.tls.v3.Secret', it)), before?.secrets),
  };
}

function table(resources: readonly EnvoyResource[], before: EnvoyTable | undefined): EnvoyTable {
  const kept = new Map(resources.map((it): [string, EnvoyResource] => {
    const known = before?.get(it.name);
    return [it.name, known !== undefined && known.version === it.version && isSame(known.origins, it.origins) ? known : it];
  }).sort(([a], [b]) => (a < b ? -1 : 1)));
  const isAsBefore = before !== undefined && before.size === kept.size && [...kept].every(([name, it]) => before.get(name) === it);
  return isAsBefore ? before : kept;
}

function isSame(one: readonly Origin[], other: readonly Origin[]): boolean {
  return one.length === other.length && one.every((it, index) => it === other[index] || JSON.stringify(it) === JSON.stringify(other[index]));
}

/** By the node that they are made of, and by name: a backend is several clusters where it is shown several certificates. */
const known = new WeakMap<object, Map<string, EnvoyResource>>();

function resource<Type extends keyof Messages>(type: Type, { name, value, origins, node }: Described<Messages[Type]>): EnvoyResource {
  const id = `${type} ${name}`;
  const found = node === undefined ? undefined : known.get(node)?.get(id);
  if (found !== undefined) return found;
  const made = withVersion(name, encode(type, value()), origins);
  if (node !== undefined) known.set(node, (known.get(node) ?? new Map()).set(id, made));
  return made;
}

function withVersion(name: string, body: Buffer, origins: readonly Origin[]): EnvoyResource {
  return { name, version: createHash('sha256').update(body).digest('base64url').slice(0, 22), body, origins };
}

/** Numbers of fields that are put together from parts which are encoded already. */
const virtualHostsField = 2;
const routesField = 3;

/** The hosts that a table was put together from. */
const hostsOf = new WeakMap<EnvoyResource, readonly Buffer[]>();

function routeResource(of: RouteTable, ir: Ir, before: EnvoyResource | undefined): EnvoyResource {
  const origins = new Set(of.origins);
  const hosts = of.hosts.map((plan) => {
    for (const key of plan.routes) if (ir.routes[key] !== undefined) origins.add(ir.routes[key].origin);
    return encodedHost(plan, ir);
  });
  const had = before === undefined ? undefined : hostsOf.get(before);
  if (before !== undefined && had?.length === hosts.length && hosts.every((it, index) => it === had[index]) && isSame(before.origins, [...origins])) return before;
  const body = withEntries(encode('envoy.config.route.v3.RouteConfiguration', routeConfiguration(of.name)), virtualHostsField, hosts);
  const made = withVersion(of.name, body, [...origins]);
  hostsOf.set(made, hosts);
  return made;
}

interface KnownHost {
  readonly routes: readonly Buffer[];
  readonly bytes: Buffer;
}

/** By the first of its routes, and by name. */
const knownHosts = new WeakMap<Buffer, Map<string, KnownHost>>();

/** A virtual host is put together again only where one of its routes is another, or where its listener has filters. */
function encodedHost({ host, last, ...plan }: VirtualHostPlan, ir: Ir): Buffer {
  const routes = encodedRoutes(plan, ir);
  const [first] = routes;
  if (first === undefined || last !== undefined || host.metadata !== undefined) return withEntries(encode('envoy.config.route.v3.VirtualHost', host), routesField, last === undefined ? routes : [...routes, encode('envoy.config.route.v3.Route', last)]);
  const found = knownHosts.get(first)?.get(host.name as string);
  if (found?.routes.length === routes.length && found.routes.every((it, index) => it === routes[index])) return found.bytes;
  const bytes = withEntries(encode('envoy.config.route.v3.VirtualHost', host), routesField, routes);
  knownHosts.set(first, (knownHosts.get(first) ?? new Map<string, KnownHost>()).set(host.name as string, { routes, bytes }));
  return bytes;
}

function encodedRoutes({ routes, surroundings }: Pick<VirtualHostPlan, 'routes' | 'surroundings'>, ir: Ir): readonly Buffer[] {
  const [only] = routes;
  if (routes.length === 1 && ir.routes[only!] !== undefined) return encodedRoute(only!, ir.routes[only!]!, surroundings);
  return routes.flatMap((key) => (ir.routes[key] === undefined ? [] : encodedRoute(key, ir.routes[key], surroundings)));
}

interface KnownRoute {
  readonly id: string;
  /** Backends that were looked at, and what they were. */
  readonly reads: readonly (readonly [BackendKey, Backend | undefined])[];
  readonly bytes: readonly Buffer[];
}

const knownRoutes = new WeakMap<IrRoute, KnownRoute[]>();

/** A route is written once for all hosts and listeners in which it looks alike. */
function encodedRoute(key: RouteKey, route: IrRoute, surroundings: RouteSurroundings): readonly Buffer[] {
  const { port, protocol, certificate = '', isLogged, backendOf } = surroundings;
  const id = `${key} ${protocol} ${port} ${isLogged ? 'logged' : ''} ${certificate}`;
  const entries = knownRoutes.get(route) ?? [];
  const found = entries.find((it) => it.id === id);
  if (found?.reads.every(([backend, was]) => backendOf(backend) === was) === true) return found.bytes;
  const reads = new Map<BackendKey, Backend | undefined>();
  const watching: RouteSurroundings = {
    ...surroundings,
    backendOf: (backend) => {
      reads.set(backend, backendOf(backend));
      return backendOf(backend);
    },
  };
  const bytes = envoyRoutes(key, route, watching).map((it) => encode('envoy.config.route.v3.Route', it));
  knownRoutes.set(route, [...entries.filter((it) => it !== found), { id, reads: [...reads], bytes }]);
  return bytes;
}
