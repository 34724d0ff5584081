import type { AskedConnection, Handshake, Ir, ListenerKey, Outcome, Rehearsal, SocketKey, StreamAction, StreamListener, TargetOutcome } from '../../ir/index.ts';
import { type PlainEntry, passageOf } from '../l4/stream-table.ts';
import { canonicalHost, covers } from '../route/hostname.ts';
import { handshakeOn } from './handshake.ts';
import { labelledTables } from './labelled.ts';
import { faultOf } from './targets.ts';

/** What would be done with a connection, or a datagram, on a socket of layer 4. */
export function rehearseConnection(ir: Ir, socket: SocketKey, { serverName }: AskedConnection): Rehearsal {
  const host = canonicalHost(serverName);
  const streams = labelledTables(ir).streams.get(socket);
  const entry = streams?.plain ?? streams?.find(host);
  const known = { socket, candidates: candidatesOf(ir, socket, host) };
  if (entry === undefined) return { ...known, outcome: { kind: 'closed', cause: 'no-listener' } };
  if (!('listener' in entry)) return { ...known, handshake: handshakeOn(ir, socket, serverName), outcome: { kind: 'closed', cause: 'carries-requests' } };
  const listener = listenerOf(ir, socket, entry);
  const handshake = 'kind' in entry && entry.kind === 'terminate' ? handshakeOn(ir, socket, serverName) : undefined;
  return { ...known, ...(listener === undefined ? {} : { listener }), ...(handshake === undefined ? {} : { handshake }), ...follow(entry, { ir, listener, handshake }) };
}

interface Arrival {
  readonly ir: Ir;
  readonly listener: ListenerKey | undefined;
  readonly handshake: Handshake | undefined;
}

/** The route that a connection meets, and where that leads. */
function follow(entry: PlainEntry, { ir, listener = '', handshake }: Arrival): Pick<Rehearsal, 'route' | 'outcome'> {
  const { destination } = passageOf(entry);
  const label = 'because' in destination ? destination.because : '';
  if (entry.relays === undefined) return { outcome: { kind: 'closed', cause: label } };
  if (handshake !== undefined && handshake.certificate === undefined) return { route: label, outcome: { kind: 'closed', cause: 'no-certificate' } };
  // With passthrough the client's own TLS reaches the backend, and datagrams have none.
  const isBare = /^(?:passthrough|udp)$/.test(ir.streamListeners?.[listener]?.protocol ?? '');
  return { route: label, outcome: outcomeOf(ir.streamRoutes?.[label]?.action, ir, isBare ? 'bare' : 'as-asked') };
}

/** The listener whose meter the entry has: meters are made by origin, and so are listeners. */
function listenerOf({ streamListeners = {} }: Ir, socket: SocketKey, { listener: { origin } }: PlainEntry): ListenerKey | undefined {
  return Object.entries(streamListeners).find(([, it]) => it.socket === socket && it.origin.section === origin.section && it.origin.name === origin.name && it.origin.namespace === origin.namespace)?.[0];
}

function candidatesOf({ streamListeners = {} }: Ir, socket: SocketKey, host: string): Rehearsal['candidates'] {
  const here = Object.values(streamListeners).filter((it) => it.socket === socket);
  return here.flatMap(({ hosts, hostname: own }: StreamListener) => hosts.map(({ hostname, route }) => {
    const fits = covers(own, host) && covers(hostname, host);
    return { hostname, route, ...(fits ? {} : { mismatch: { part: 'hostname' as const, wanted: hostname, seen: host } }) };
  }));
}

function outcomeOf(action: StreamAction | undefined, ir: Ir, way: 'as-asked' | 'bare'): Outcome {
  if (action === undefined || action.kind === 'refuse') return { kind: 'closed', cause: action?.because ?? 'no-route' };
  if (action.targets.every(({ weight }) => weight <= 0)) return { kind: 'closed', cause: 'no-target' };
  return { kind: 'forward', targets: action.targets.map(({ weight, to }, index): TargetOutcome => {
    if (to.kind === 'refuse') return { index, weight, steps: [], answer: { kind: 'closed', cause: to.because } };
    const fault = faultOf(to.backend, ir, way);
    return { index, weight, backend: to.backend, steps: [], ...(fault === undefined ? {} : { answer: { kind: 'closed', cause: fault } }) };
  }) };
}
