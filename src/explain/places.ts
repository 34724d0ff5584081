import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Ir, Listener, SocketKey, StreamListener } from '../ir/index.ts';
import { isAddress, type Asked } from './asked.ts';
import { gatewayOf } from './names.ts';

type AnyListener = Listener | StreamListener;

/** A socket where a request could arrive, with the Gateway that it belongs to. */
export interface PlaceToAsk {
  readonly socket: SocketKey;
  readonly gateway: ObjectRef;
  readonly listeners: readonly AnyListener[];
}

/**
 * The sockets that a request could mean: of its port as users know it, or else as it is bound; of its address where it names one. A Gateway
 * with several addresses counts once, since all of them serve the same.
 */
export function placesFor(ir: Ir, asked: Asked): PlaceToAsk[] {
  const isUdp = asked.kind === 'connection' && asked.scheme === 'udp';
  const all = [...Object.values(ir.listeners), ...Object.values(ir.streamListeners ?? {})].filter(({ socket }) => (ir.sockets[socket]?.transport === 'udp') === isUdp);
  const known = all.filter(({ port }) => port === asked.port);
  const ofPort = known.length > 0 ? known : all.filter(({ socket }) => ir.sockets[socket]?.port === asked.port);
  const ofGateway = asked.gateway === undefined ? ofPort : ofPort.filter(({ origin }) => `${gatewayOf(origin).namespace}/${gatewayOf(origin).name}` === asked.gateway);
  const atAddress = isAddress(asked.host) ? ofGateway.filter(({ socket }) => ir.sockets[socket]?.address === asked.host.replace(/^\[|\]$/g, '')) : [];
  return group(atAddress.length > 0 ? atAddress : ofGateway);
}

/** Every place where requests arrive: the listeners that a Gateway has on a port of a transport. */
export function allPlaces(ir: Ir): PlaceToAsk[] {
  const byPort = new Map<string, AnyListener[]>();
  for (const listener of [...Object.values(ir.listeners), ...Object.values(ir.streamListeners ?? {})]) {
    const key = `${listener.port}/${ir.sockets[listener.socket]?.transport ?? 'tcp'}`;
    const known = byPort.get(key);
    if (known === undefined) byPort.set(key, [listener]);
    else known.push(listener);
  }
  return [...byPort.values()].flatMap(group);
}

function group(listeners: readonly AnyListener[]): PlaceToAsk[] {
  const places = new Map<string, { socket: SocketKey; gateway: ObjectRef; listeners: AnyListener[] }>();
  for (const listener of listeners) {
    const gateway = gatewayOf(listener.origin);
    const known = places.get(describeRef(gateway));
    if (known === undefined) places.set(describeRef(gateway), { socket: listener.socket, gateway, listeners: [listener] });
    else if (known.socket === listener.socket) known.listeners.push(listener);
  }
  return [...places.values()];
}
