import type { Socket } from 'node:net';
import { clientOf, peerOf } from '../listen/announced-clients.ts';
import type { Announced } from '../listen/proxy-header.ts';
import type { RequestView } from '../route/request-view.ts';
import type { Runtime } from '../runtime.ts';
import { forwardedClient, isBelieved, type Trust } from './forwarded-client.ts';

/** What the next hop is told about a client. */
export interface ClientFacts {
  /** Who the connection belongs to: its peer, or whom that announced. */
  readonly address: string;
  /** Who made the connection. */
  readonly peer: Announced;
  readonly scheme: 'http' | 'https';
  /** Its forwarding fields are believed. */
  readonly isTrusted: boolean;
  readonly trust: Trust;
  /** X-Forwarded-For and -Proto lines of an untrusted client, made once a connection. */
  readonly forwardedLines: string;
  /** Host for the backend where an HTTP/1.0 client names none. */
  readonly fallbackHost: string;
  /** The Via line for requests, or `''`. */
  readonly viaLine: string;
}

/** The facts of a connection that was just accepted. */
export function factsOf(socket: Socket, scheme: ClientFacts['scheme'], runtime: Runtime): ClientFacts {
  const { address } = clientOf(socket);
  const { options: { via }, trust } = runtime;
  return {
    address, scheme, peer: peerOf(socket), trust, isTrusted: isBelieved(trust, address),
    forwardedLines: `x-forwarded-for: ${address}\r\nx-forwarded-proto: ${scheme}\r\n`,
    fallbackHost: hostOfAddress(socket.localAddress ?? 'localhost'),
    viaLine: via === undefined ? '' : `via: 1.1 ${via}\r\n`,
  };
}

/** The client of a request whose head is at hand, for logs and for choosing an endpoint. */
export function clientAddressOf(head: Pick<RequestView, 'header'>, { address, isTrusted, trust }: ClientFacts): string {
  if (!isTrusted) return address;
  return forwardedClient(head.header('x-forwarded-for') ?? '', address, trust);
}

function hostOfAddress(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
