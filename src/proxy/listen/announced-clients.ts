import type { Socket } from 'node:net';
import type { Announced } from './proxy-header.ts';

const announced = new WeakMap<Socket, Announced>();

/** The connection of `socket` is that of another client, for whom a proxy speaks. */
export function announce(socket: Socket, client: Announced): void {
  announced.set(socket, client);
}

/** What was announced for a connection holds for the TLS on it. */
export function passOn(from: Socket | undefined, to: Socket): void {
  const client = from === undefined ? undefined : announced.get(from);
  if (client !== undefined) announced.set(to, client);
}

/** Who a connection belongs to: as its proxy announced, else who made it. */
export function clientOf(socket: Socket): Announced {
  return announced.get(socket) ?? peerOf(socket);
}

/** Who made a connection. */
export function peerOf(socket: Socket): Announced {
  const remote = socket.remoteAddress ?? '';
  return { address: remote.startsWith('::ffff:') ? remote.slice(7) : remote, port: socket.remotePort ?? 0 };
}
