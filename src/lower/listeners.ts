import type { GatewayNode, Graph, ListenerNode } from '../attach/index.ts';
import type { GatewayPlacement, Origin, Placement } from '../contract/index.ts';
import type { Certificate, HostRoutes, Listener, ListenerKey, Socket, StreamListener, TracingKey } from '../ir/index.ts';
import { lowerListenerFilters } from './auth.ts';
import { lowerCertificate } from './backends.ts';
import { type LoweredStreams, streamProtocol } from './l4.ts';
import type { LoweredTracings } from './tracing.ts';

export interface ListenerTables {
  readonly sockets: Record<string, Socket>;
  readonly listeners: Record<string, Listener>;
  readonly certificates: Record<string, Certificate>;
  readonly streamListeners: Record<string, StreamListener>;
  /** The keys that a listener of the graph has here, one for each address. */
  readonly keys: Map<ListenerKey, ListenerKey[]>;
}

/** What listeners serve, and how they are traced. */
export interface Served {
  readonly streams: Pick<LoweredStreams, 'hosts'>;
  readonly tracings: Pick<LoweredTracings, 'byGateway'>;
  hosts(listener: ListenerKey): readonly HostRoutes[];
}

/** The listeners of all Gateways that have a place, with their sockets and certificates. */
export function lowerListeners({ gateways }: Pick<Graph, 'gateways'>, placement: Placement, { streams, tracings, hosts }: Served): ListenerTables {
  const tables: ListenerTables = { sockets: {}, listeners: {}, certificates: {}, streamListeners: {}, keys: new Map() };
  for (const gateway of gateways.values()) {
    const place = placement.get(gateway.gateway.key);
    if (!gateway.accepted.ok || place === undefined || (place.refused !== undefined && place.bind === undefined)) continue;
    for (const listener of gateway.listeners) {
      if (!listener.accepted.ok) continue;
      const protocol = streamProtocol(listener);
      if (protocol !== undefined) lowerStreamListener({ listener, gateway, protocol, hosts: streams.hosts.get(listener.key) ?? [] }, place, tables);
      else if (listener.protocol === 'HTTP' || listener.protocol === 'HTTPS') lowerListener({ listener, gateway, hosts: hosts(listener.key), tracing: tracings.byGateway.get(gateway.gateway.key) }, place, tables);
    }
  }
  return tables;
}

interface Place {
  /** Key of the listener at this address. */
  readonly key: string;
  readonly socket: string;
}

/** The sockets of a listener, one for each of its Gateway's addresses. */
function socketsOf(listener: ListenerNode, place: GatewayPlacement, sockets: Record<string, Socket>): Place[] {
  const isUdp = listener.protocol === 'UDP';
  const bound = place.bind ?? place.addresses.filter((it) => it.type === 'IPAddress').map((it) => it.value);
  return bound.map((value, index) => {
    const port = place.ports.get(listener.port) ?? listener.port;
    const socket = `${value.includes(':') ? `[${value}]` : value}:${port}${isUdp ? '/udp' : ''}`;
    sockets[socket] = { address: value, port, ...(isUdp ? { transport: 'udp' } : {}) };
    return { key: index === 0 ? listener.key : `${listener.key}@${value}`, socket };
  });
}

interface RequestSource {
  readonly listener: ListenerNode;
  readonly gateway: GatewayNode;
  readonly hosts: readonly HostRoutes[];
  readonly tracing: TracingKey | undefined;
}

function lowerListener({ listener, gateway, hosts, tracing }: RequestSource, place: GatewayPlacement, tables: ListenerTables): void {
  const places = socketsOf(listener, place, tables.sockets);
  tables.keys.set(listener.key, places.map(({ key }) => key));
  for (const { key, socket } of places) {
    tables.listeners[key] = {
      socket,
      protocol: listener.protocol === 'HTTPS' ? 'https' : 'http',
      port: listener.port,
      hostname: listener.hostname,
      ...(listener.protocol === 'HTTPS' ? { certificates: lowerCertificates(listener, tables) } : {}),
      ...(listener.tlsTerms === undefined ? {} : { terms: listener.tlsTerms }),
      ...(listener.clientValidation === undefined ? {} : { clientValidation: listener.clientValidation }),
      ...(gateway.clientCertificate === undefined ? {} : { upstreamCertificate: lowerCertificate(gateway.clientCertificate, tables.certificates) }),
      ...(tracing === undefined ? {} : { tracing }),
      ...(listener.filters === undefined ? {} : { filters: lowerListenerFilters(listener.filters) }),
      hosts,
      origin: originOf(listener, gateway),
    };
  }
}

/** Where it was written, and the Gateway that it serves for where that is another object. */
function originOf({ owner, name }: ListenerNode, { ref }: GatewayNode): Origin {
  return { ...owner, ...(owner.kind === 'Gateway' ? {} : { parent: ref }), section: name };
}

/** Protocols whose connections go to backends over TLS where those ask for it; with passthrough the client's own TLS does. */
const addsTls: ReadonlySet<string> = new Set(['tcp', 'terminate']);

interface StreamSource extends Pick<StreamListener, 'protocol' | 'hosts'> {
  readonly listener: ListenerNode;
  readonly gateway: GatewayNode;
}

function lowerStreamListener({ listener, gateway, protocol, hosts }: StreamSource, place: GatewayPlacement, tables: ListenerTables): void {
  for (const { key, socket } of socketsOf(listener, place, tables.sockets)) {
    tables.streamListeners[key] = {
      socket, protocol, port: listener.port, hostname: listener.hostname,
      ...(protocol === 'terminate' ? { certificates: lowerCertificates(listener, tables) } : {}),
      ...(listener.tlsTerms === undefined ? {} : { terms: listener.tlsTerms }),
      ...(gateway.clientCertificate === undefined || !addsTls.has(protocol) ? {} : { upstreamCertificate: lowerCertificate(gateway.clientCertificate, tables.certificates) }),
      hosts, origin: originOf(listener, gateway),
    };
  }
}

function lowerCertificates(listener: ListenerNode, tables: ListenerTables): string[] {
  return listener.certificates.map((it) => lowerCertificate(it, tables.certificates));
}
