import type { Hostname, Ir, Listener as IrListener, ListenerKey, Socket, SocketKey, StreamListener } from '../../../ir/index.ts';
import type { Filter, FilterChain, Listener, SocketAddress } from '../../gen/messages.ts';
import type { EnvoyTerms } from '../envoy-resources.ts';
import { covers, MostSpecific } from '../hostnames.ts';
import { closingListener, nowhere, routesName, streamClusterName } from '../names.ts';
import { duration, extension } from '../typed.ts';
import { accessLog } from './access-log.ts';
import { cidr } from './cidr.ts';
import { withheld } from '../routes/auth.ts';
import { asksAgain } from '../routes/route-configuration.ts';
import { connectionManager } from './connection-manager.ts';
import { downstreamTls } from './tls.ts';
import { udpProxy } from './udp-proxy.ts';

const streamIdleMs = 3_600_000;

/** All that shares one socket. */
export interface SocketPlan {
  readonly key: SocketKey;
  readonly socket: Socket;
  readonly listeners: readonly IrListener[];
  readonly streams: readonly (readonly [ListenerKey, StreamListener])[];
}

/** What is served on a socket. Of routes it has nothing but the names of their tables, so that no edit of one drains a connection. */
export function envoyListener({ key, socket, listeners, streams }: SocketPlan, ir: Ir, terms: EnvoyTerms): Listener {
  const common: Listener = { name: key, address: { socket_address: placeOf(socket, terms) }, stat_prefix: key };
  if (socket.transport === 'udp') return { ...common, ...udpProxy(streams[0]?.[0] ?? key) };
  const isPlain = !listeners.some((it) => it.protocol === 'https') && !streams.some(([, it]) => it.protocol !== 'tcp');
  const plan = { key, socket, listeners, streams };
  const filterChains = isPlain ? plainChains(plan, ir, terms) : tlsChains(plan, ir, terms);
  return {
    ...common, filter_chains: filterChains, per_connection_buffer_limit_bytes: 1 << 18, tcp_backlog_size: 16_384,
    ...(isPlain ? {} : { listener_filters: [extension('envoy.filters.listener.tls_inspector', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector', {})], listener_filters_timeout: duration(15_000) }),
  };
}

/** Every address of the machine means those of IPv4 too. */
function placeOf({ address: own, port, transport }: Socket, { bindAddress: address = own }: EnvoyTerms): SocketAddress {
  return { protocol: transport === 'udp' ? 'UDP' : 'TCP', address, port_value: port, ...(address === '::' ? { ipv4_compat: true } : {}) };
}

function plainChains({ key, listeners, streams }: SocketPlan, ir: Ir, terms: EnvoyTerms): FilterChain[] {
  const [stream] = streams;
  if (stream !== undefined && listeners.length === 0) return [{ name: key, filters: [tcpProxy(streamClusterName(stream[0], ''), terms)] }];
  const tracing = tracingOf(listeners, ir);
  return byPeers({ name: key, filters: [] }, terms, (peers) => connectionManager({ routes: routesName(key), listeners: listeners.map((it) => it.origin), tracing, peers, withheld: withheldBy(listeners, ir) }, terms));
}

/** What authorizers of listeners set, where requests are not matched again behind them: then no client may set it before. */
function withheldBy(listeners: readonly IrListener[], ir: Ir): string[] {
  const again = listeners.filter(({ filters, hosts }) => filters !== undefined && hosts.some(({ routes }) => asksAgain(routes, ir)));
  return [...new Set(again.flatMap(({ filters = [] }) => filters.flatMap((it) => (it.kind === 'auth' ? withheld(it) : []))))];
}

/** Where proxies are trusted, one chain for what comes from them and one for what does not. */
function byPeers(chain: FilterChain, terms: EnvoyTerms, managerFor: (peers: 'trusted' | 'any') => Filter): FilterChain[] {
  const { trustedProxies = [] } = terms;
  const any: FilterChain = { ...chain, filters: [managerFor('any')] };
  if (trustedProxies.length === 0) return [any];
  const match = { ...chain.filter_chain_match, direct_source_prefix_ranges: trustedProxies.map(cidr) };
  return [any, { ...chain, name: `${chain.name as string}/trusted`, filter_chain_match: match, filters: [managerFor('trusted')] }];
}

/** Listeners of one plain socket are traced alike, by the first that is. */
function tracingOf(listeners: readonly IrListener[], ir: Ir): NonNullable<Ir['tracings']>[string] | undefined {
  const key = listeners.find((it) => it.tracing !== undefined)?.tracing;
  return key === undefined ? undefined : ir.tracings?.[key];
}

/** One chain for each set of server names that is told from others; Envoy takes the most specific one, as the IR does. */
function tlsChains(plan: SocketPlan, ir: Ir, terms: EnvoyTerms): FilterChain[] {
  return planServerNames(plan).flatMap(({ hostname, serves, tls }) => {
    const chain: FilterChain = {
      name: routesName(plan.key, hostname),
      filter_chain_match: hostname === '' ? { transport_protocol: 'tls' } : { server_names: [hostname], transport_protocol: 'tls' },
      ...(tls === undefined ? {} : { transport_socket: tls, transport_socket_connect_timeout: duration(10_000) }),
    };
    if (typeof serves === 'string') return [{ ...chain, filters: [tcpProxy(serves, terms)] }];
    return byPeers(chain, terms, (peers) => connectionManager({ routes: routesName(plan.key, hostname), listeners: [serves.origin], tracing: tracingOf([serves], ir), peers, withheld: withheldBy([serves], ir) }, terms));
  });
}

interface ServerNamePlan {
  readonly hostname: Hostname;
  /** The listener whose requests these are, or the cluster to which connections go. */
  readonly serves: IrListener | string;
  readonly tls: FilterChain['transport_socket'];
}

function planServerNames({ key, listeners, streams }: SocketPlan): ServerNamePlan[] {
  const owners = new MostSpecific<IrListener | readonly [ListenerKey, StreamListener]>();
  for (const listener of listeners) if (listener.protocol === 'https') owners.add(listener.hostname, listener);
  for (const entry of streams) owners.add(entry[1].hostname, entry);
  const names = [...listeners.map((it) => it.hostname), ...streams.flatMap(([, it]) => [it.hostname, ...it.hosts.map(({ hostname }) => hostname)])];
  return [...new Set(names)].sort().flatMap((hostname): ServerNamePlan[] => {
    const owner = owners.find(hostname);
    if (owner === undefined) return [];
    return [isStream(owner) ? streamChain(key, hostname, owner) : httpsChain(key, hostname, owner)];
  });
}

function isStream(owner: IrListener | readonly [ListenerKey, StreamListener]): owner is readonly [ListenerKey, StreamListener] {
  return Array.isArray(owner);
}

function httpsChain(socket: SocketKey, hostname: Hostname, listener: IrListener): ServerNamePlan {
  const { certificates = [], terms, clientValidation } = listener;
  if (certificates.length === 0) return closed(hostname);
  return { hostname, serves: listener, tls: downstreamTls({ socket, certificates, terms, clientValidation, alpn: terms?.alpn ?? ['h2', 'http/1.1'] }) };
}

function streamChain(socket: SocketKey, hostname: Hostname, [key, listener]: readonly [ListenerKey, StreamListener]): ServerNamePlan {
  const host = listener.hosts.find((it) => covers(it.hostname, hostname));
  const { certificates = [], terms, protocol } = listener;
  if (host === undefined || (protocol === 'terminate' && certificates.length === 0)) return closed(hostname);
  return {
    hostname, serves: streamClusterName(key, host.hostname),
    tls: protocol === 'terminate' ? downstreamTls({ socket, certificates, terms, clientValidation: undefined }) : undefined,
  };
}

/** The connection is closed without a word: there is no certificate, or nobody to answer. */
function closed(hostname: Hostname): ServerNamePlan {
  return { hostname, serves: nowhere, tls: undefined };
}

function tcpProxy(cluster: string, terms: EnvoyTerms): Filter {
  const log = accessLog(terms, 'connections');
  return extension('envoy.filters.network.tcp_proxy', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { stat_prefix: cluster, cluster, idle_timeout: duration(streamIdleMs), max_connect_attempts: 3, ...(log.length === 0 ? {} : { access_log: log }) });
}

/**
 * What shares of TCP that nobody can take lead to. Connections come about there, since Envoy would go on to another endpoint otherwise, and are closed
 * with the first byte, or soon.
 */
export const closing: Listener = {
  name: closingListener, internal_listener: {}, stat_prefix: closingListener,
  filter_chains: [{ name: closingListener, filters: [extension('envoy.filters.network.tcp_proxy', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
    stat_prefix: closingListener, cluster: nowhere, upstream_connect_mode: 'ON_DOWNSTREAM_DATA', max_early_data_bytes: 1, idle_timeout: duration(100),
  })] }],
};
