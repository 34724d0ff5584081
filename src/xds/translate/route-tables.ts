import { hasSameContent } from '../../base/index.ts';
import type { Origin } from '../../contract/index.ts';
import type { Backend, BackendKey, Ir, Listener, Route as IrRoute, RouteKey } from '../../ir/index.ts';
import { encode, withEntries } from './encode.ts';
import type { EnvoyResource } from './envoy-resources.ts';
import { isSameOrigins, withVersion } from './resource.ts';
import { envoyRoutes } from './routes/route.ts';
import { routeConfiguration, routeTable, type RouteTable, type TableOf, type VirtualHostPlan, type Whole } from './routes/route-configuration.ts';
import type { RouteSurroundings } from './routes/surroundings.ts';

/** Numbers of fields that are put together from parts which are encoded already. */
const virtualHostsField = 2;
const routesField = 3;

/** What a table was put together from. */
interface KnownTable {
  readonly listeners: readonly Listener[];
  readonly plan: RouteTable;
  readonly hosts: readonly Buffer[];
}

const knownTables = new WeakMap<EnvoyResource, KnownTable>();

/** Whether a route may be another than in the table before. */
export type Touched = (key: RouteKey) => boolean;

/**
 * A RouteConfiguration. `before`: the one that it replaces. `isTouched`: which routes may be others than there, of all that it has; hosts without such
 * routes are taken over. Absent: any.
 */
export function routeResource(of: TableOf, whole: Whole, { before, isTouched }: { readonly before: EnvoyResource | undefined; readonly isTouched?: Touched | undefined }): EnvoyResource {
  const had = before === undefined ? undefined : knownTables.get(before);
  const isFamiliar = isTouched !== undefined && of.listeners.every(({ filters }) => filters === undefined);
  const plan = isFamiliar && had !== undefined && isSameList(had.listeners, of.listeners) ? had.plan : routeTable(of, whole);
  const hosts = isFamiliar && had !== undefined ? mostlyKnown(plan, whole.ir, { had, isTouched }) : plan.hosts.map((it) => encodedHost(it, whole.ir));
  if (before !== undefined && had !== undefined && isSameList(hosts, had.hosts) && isSameOrigins(before.origins, originsOf(plan, whole.ir))) {
    if (plan !== had.plan) knownTables.set(before, { listeners: of.listeners, plan, hosts });
    return before;
  }
  const body = withEntries(encode('envoy.config.route.v3.RouteConfiguration', routeConfiguration(of.name)), virtualHostsField, hosts);
  const made = withVersion(of.name, body, originsOf(plan, whole.ir));
  knownTables.set(made, { listeners: of.listeners, plan, hosts });
  return made;
}

function mostlyKnown(plan: RouteTable, ir: Ir, { had, isTouched }: { readonly had: KnownTable; readonly isTouched: Touched }): Buffer[] {
  const places = plan === had.plan ? undefined : new Map(had.plan.hosts.map(({ host }, place) => [host.name, place]));
  return plan.hosts.map((it, index) => {
    const place = places === undefined ? index : places.get(it.host.name);
    const isKnown = place !== undefined && it.last === undefined && isAlike(had.plan.hosts[place]!, it) && !it.routes.some(isTouched);
    return isKnown ? had.hosts[place]! : encodedHost(it, ir);
  });
}

/** Whether two hosts of one name have the same routes in the same listener. */
function isAlike({ host: { metadata: one }, routes, surroundings: own }: VirtualHostPlan, { host: { metadata: other }, routes: others, surroundings: its }: VirtualHostPlan): boolean {
  if (routes !== others || !hasSameContent(one, other)) return false;
  return own === its || (own.port === its.port && own.protocol === its.protocol && own.certificate === its.certificate && own.tellsRules === its.tellsRules);
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one === other || (one.length === other.length && one.every((it, index) => it === other[index]));
}

function originsOf({ hosts, origins }: RouteTable, { routes }: Ir): Origin[] {
  const found = new Set(origins);
  for (const host of hosts) for (const key of host.routes) if (routes[key] !== undefined) found.add(routes[key].origin);
  return [...found];
}

interface KnownHost {
  readonly routes: readonly Buffer[];
  readonly bytes: Buffer;
}

/** By the first of its routes, and by name and listener. */
const knownHosts = new WeakMap<Buffer, Map<string, KnownHost>>();

/** A virtual host is put together again only where one of its routes is another, or where its listener has filters. */
function encodedHost({ host, last, ...plan }: VirtualHostPlan, ir: Ir): Buffer {
  const routes = encodedRoutes(plan, ir);
  const [first] = routes;
  if (first === undefined || last !== undefined) return withEntries(encode('envoy.config.route.v3.VirtualHost', host), routesField, last === undefined ? routes : [...routes, encode('envoy.config.route.v3.Route', last)]);
  const id = `${host.name as string} ${JSON.stringify(host.metadata)}`;
  const found = knownHosts.get(first)?.get(id);
  if (found?.routes.length === routes.length && found.routes.every((it, index) => it === routes[index])) return found.bytes;
  const bytes = withEntries(encode('envoy.config.route.v3.VirtualHost', host), routesField, routes);
  knownHosts.set(first, (knownHosts.get(first) ?? new Map<string, KnownHost>()).set(id, { routes, bytes }));
  return bytes;
}

/** A plan may be older than the IR. */
function encodedRoutes({ routes, surroundings: planned }: Pick<VirtualHostPlan, 'routes' | 'surroundings'>, ir: Ir): readonly Buffer[] {
  const surroundings: RouteSurroundings = { ...planned, backendOf: (key) => ir.backends[key] };
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
  const { port, protocol, certificate = '', tellsRules, backendOf } = surroundings;
  const id = `${key} ${protocol} ${port} ${tellsRules ? 'told' : ''} ${certificate}`;
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
