import type { Hostname, HostRoutes, Listener, RouteKey } from '../../../ir/index.ts';
import { MostSpecific } from '../hostnames.ts';

/** What the requests for a set of hosts lead to. */
export interface HostPlan {
  readonly hostname: Hostname;
  /** The listener that these hosts belong to. */
  readonly listener: Listener;
  /** In order of precedence: those of each host that covers the hostname, one after the other. */
  readonly routes: readonly RouteKey[];
}

/**
 * The hosts that listeners of one socket tell apart. Envoy looks into one virtual host only, the most specific one, so each has all that the
 * IR would find by going on to wider hosts of the same listener.
 */
export function planHosts(listeners: readonly Listener[]): HostPlan[] {
  const owners = new MostSpecific<Listener>();
  for (const listener of listeners) owners.add(listener.hostname, listener);
  const places = new Map(listeners.map((it) => [it, placesOf(it.hosts)]));
  const hostnames = new Set(listeners.flatMap((it) => [it.hostname, ...it.hosts.map(({ hostname }) => hostname)]));
  return [...hostnames].sort().flatMap((hostname) => {
    const listener = owners.find(hostname);
    return listener === undefined ? [] : [{ hostname, listener, routes: routesFor(listener.hosts, places.get(listener)!, hostname) }];
  });
}

/** Where hosts of a name are in a list. */
type Places = ReadonlyMap<Hostname, readonly number[]>;

function placesOf(hosts: readonly HostRoutes[]): Places {
  const places = new Map<Hostname, number[]>();
  for (const [place, { hostname }] of hosts.entries()) {
    const known = places.get(hostname);
    if (known === undefined) places.set(hostname, [place]);
    else known.push(place);
  }
  return places;
}

function routesFor(hosts: readonly HostRoutes[], places: Places, hostname: Hostname): readonly RouteKey[] {
  const found = [...places.get(hostname) ?? []];
  for (let dot = hostname.indexOf('.', hostname.startsWith('*.') ? 2 : 0); dot > 0; dot = hostname.indexOf('.', dot + 1)) found.push(...places.get(`*${hostname.slice(dot)}`) ?? []);
  if (hostname !== '') found.push(...places.get('') ?? []);
  if (found.length === 1) return hosts[found[0]!]!.routes;
  return [...new Set(found.sort((a, b) => a - b).flatMap((place) => hosts[place]!.routes))];
}
