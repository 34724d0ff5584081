import type { Ir, Listener, RouteKey } from '../../../ir/index.ts';
import type { Origin } from '../../../contract/index.ts';
import type { Route, RouteConfiguration, VirtualHost } from '../../gen/messages.ts';
import type { EnvoyTerms } from '../envoy-resources.ts';
import { domainOf } from '../hostnames.ts';
import { listenerChain } from './auth.ts';
import { filterNames } from '../names.ts';
import { listenerMetadata } from '../told.ts';
import { usualRetries } from './retry.ts';
import { envoyRoutes } from './route.ts';
import type { RouteSurroundings } from './surroundings.ts';
import { type HostPlan, planHosts } from './virtual-hosts.ts';

/** A table of routes before its routes are written out: there may be many, and most are those of the translation before. */
export interface RouteTable {
  readonly name: string;
  readonly hosts: readonly VirtualHostPlan[];
  readonly origins: readonly Origin[];
}

export interface VirtualHostPlan {
  /** Without its routes. */
  readonly host: VirtualHost;
  readonly routes: readonly RouteKey[];
  readonly surroundings: RouteSurroundings;
  /** Behind `routes`. */
  readonly last?: Route;
}

/** Which listeners' routes a table has. */
export interface TableOf {
  readonly name: string;
  readonly listeners: readonly Listener[];
  /** The one whose connections use the table, where others have tables of their own. */
  readonly own?: Listener;
}

/** What is translated, and for whom. */
export interface Whole {
  readonly ir: Ir;
  readonly terms: EnvoyTerms;
}

/** What all tables have in common: headers of Envoy's own that backends are not to see. */
export function routeConfiguration(name: string): RouteConfiguration {
  return { name, ignore_port_in_host_matching: true, request_headers_to_remove: ['x-envoy-external-address', 'x-envoy-internal'] };
}

/**
 * The routes of a socket's listeners. With `own` it is the table of the connections that came for the server names of that listener: requests
 * for hosts of the others are misdirected there (RFC 9110 section 15.5.20).
 */
export function routeTable({ name, listeners, own }: TableOf, whole: Whole): RouteTable {
  const plans = planHosts(listeners);
  const hosts = plans.filter(({ listener }) => own === undefined || listener === own).map((plan) => virtualHost(plan, whole));
  const misdirected = plans.filter(({ listener }) => own !== undefined && listener !== own);
  const anywhere = surroundingsOf(own ?? listeners[0]!, whole);
  if (misdirected.length > 0) {
    hosts.push({ host: { name: 'misdirected', domains: misdirected.map((it) => domainOf(it.hostname)) }, routes: [], surroundings: anywhere, last: answer('misdirected', 421) });
  }
  return { name, hosts, origins: listeners.map((it) => it.origin) };
}

function virtualHost({ hostname, listener, routes }: HostPlan, whole: Whole): VirtualHostPlan {
  const surroundings = surroundingsOf(listener, whole);
  const domain = domainOf(hostname);
  const host: VirtualHost = { name: domain, domains: [domain], retry_policy: usualRetries, metadata: listenerMetadata(listener.origin) };
  if (listener.filters === undefined) return { host, routes, surroundings };
  // Envoy takes the chain of the first route that it finds: were another one found behind the gate, its authorizer would not be asked.
  const leads = asksAgain(routes, whole.ir) ? 'nowhere' : 'elsewhere';
  // Filters of a virtual host run where a route is found only, and those of a listener for every request.
  return { host: { ...host, typed_per_filter_config: { [filterNames.gate]: listenerChain(listener.filters, surroundings, leads) } }, routes, surroundings, last: answer('no-route', 404) };
}

/** Whether some of these routes has an authorizer of its own. */
export function asksAgain(routes: readonly RouteKey[], ir: Ir): boolean {
  return routes.some((key) => {
    const action = ir.routes[key]?.action;
    if (action === undefined || action.kind === 'respond') return false;
    return [...action.filters, ...(action.kind === 'forward' ? action.targets.flatMap((it) => it.filters) : [])].some((it) => it.kind === 'auth');
  });
}

function surroundingsOf({ port, protocol, upstreamCertificate: certificate }: Listener, { ir, terms }: Whole): RouteSurroundings {
  return { port, protocol, certificate, tellsRules: terms.accessLog !== undefined || terms.metricsByRoute === true, backendOf: (key) => ir.backends[key] };
}

function answer(name: string, status: number): Route {
  return { name, match: { prefix: '/' }, direct_response: { status } };
}

/** The routes of a virtual host in their order. */
export function routesOf({ routes, surroundings, last }: VirtualHostPlan, ir: Ir): Route[] {
  return [...routes.flatMap((key) => (ir.routes[key] === undefined ? [] : envoyRoutes(key, ir.routes[key], surroundings))), ...(last === undefined ? [] : [last])];
}
