import type { Socket } from 'node:net';
import type { Runtime } from '../runtime.ts';

/** The other end of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** What the next hop is told about a client. */
export interface ClientFacts {
  readonly address: string;
  readonly peer: Peer;
  readonly scheme: 'http' | 'https';
  /** Its forwarding fields are believed. */
  readonly isTrusted: boolean;
  /** X-Forwarded-For and -Proto lines of an untrusted client, made once a connection. */
  readonly forwardedLines: string;
  /** Host for the backend where an HTTP/1.0 client names none. */
  readonly fallbackHost: string;
  /** The Via line for requests, or `''`. */
  readonly viaLine: string;
}

/** The facts of a connection that was just accepted. */
export function factsOf(socket: Socket, scheme: ClientFacts['scheme'], runtime: Runtime): ClientFacts {
  const remote = socket.remoteAddress ?? '';
  const address = remote.startsWith('::ffff:') ? remote.slice(7) : remote;
  const { via } = runtime.options;
  return {
    address, scheme, peer: { address, port: socket.remotePort ?? 0 },
    isTrusted: address !== '' && runtime.trusted.check(address, address.includes(':') ? 'ipv6' : 'ipv4'),
    forwardedLines: `x-forwarded-for: ${address}\r\nx-forwarded-proto: ${scheme}\r\n`,
    fallbackHost: hostOfAddress(socket.localAddress ?? 'localhost'),
    viaLine: via === undefined ? '' : `via: 1.1 ${via}\r\n`,
  };
}

function hostOfAddress(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
