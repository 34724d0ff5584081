import type { Graph, ListenerNode } from '../attach/index.ts';
import { refKey, type GatewayPlacement, type Placement } from '../contract/index.ts';
import type { Backend, Certificate, Endpoint, HostRoutes, Ir, Listener, Socket } from '../ir/index.ts';
import { lowerRoutes } from './routes.ts';

interface Tables {
  readonly sockets: Record<string, Socket>;
  readonly listeners: Record<string, Listener>;
  readonly certificates: Record<string, Certificate>;
}

/** The graph in a proxy's words. Pure: equal graphs and placements give equal, equally printed results. */
export function lower(graph: Graph, placement: Placement): Ir {
  const { routes, hosts } = lowerRoutes(graph);
  const tables: Tables = { sockets: {}, listeners: {}, certificates: {} };
  for (const gateway of graph.gateways.values()) {
    const place = placement.get(gateway.gateway.key);
    if (!gateway.accepted.ok || place === undefined || place.refused !== undefined) continue;
    for (const listener of gateway.listeners) {
      if (listener.accepted.ok && (listener.protocol === 'HTTP' || listener.protocol === 'HTTPS')) lowerListener(listener, place, hosts.get(listener.key) ?? [], tables);
    }
  }
  return { ...tables, routes, ...lowerBackends(graph) };
}

// oxlint-disable-next-line max-params -- the tables are what it fills.
function lowerListener(listener: ListenerNode, place: GatewayPlacement, hosts: readonly HostRoutes[], tables: Tables): void {
  for (const [index, { value }] of place.addresses.filter((it) => it.type === 'IPAddress').entries()) {
    const port = place.ports.get(listener.port) ?? listener.port;
    const socket = value.includes(':') ? `[${value}]:${port}` : `${value}:${port}`;
    tables.sockets[socket] = { address: value, port };
    tables.listeners[index === 0 ? listener.key : `${listener.key}@${value}`] = {
      socket,
      protocol: listener.protocol === 'HTTPS' ? 'https' : 'http',
      port: listener.port,
      hostname: listener.hostname,
      ...(listener.protocol === 'HTTPS' ? { certificates: lowerCertificates(listener, tables) } : {}),
      hosts,
      origin: { ...listener.owner, section: listener.name },
    };
  }
}

function lowerCertificates(listener: ListenerNode, { certificates }: Tables): string[] {
  return listener.certificates.map(({ ref, chain, key, names }) => {
    certificates[refKey(ref)] = { chain, key, names, origin: ref };
    return refKey(ref);
  });
}

function lowerBackends(graph: Graph): Pick<Ir, 'backends' | 'endpoints'> {
  const backends: Record<string, Backend> = {};
  const endpoints: Record<string, readonly Endpoint[]> = {};
  for (const { key, service, protocol, endpoints: found } of graph.backends.values()) {
    backends[key] = { protocol, origin: service };
    if (found.length > 0) endpoints[key] = found;
  }
  return { backends, endpoints };
}
