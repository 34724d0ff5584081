import type { Origin } from '../contract/index.ts';
import type { BackendKey, CertificateKey, Hostname, RouteKey, SocketKey } from './ir.ts';
import type { TlsTerms } from './tls.ts';

/** A listener that carries bytes or datagrams and reads no requests in them. Its socket's `transport` is `udp` for `udp`. */
export interface StreamListener {
  readonly socket: SocketKey;
  /** `passthrough` and `terminate` read the server name of the TLS handshake; `terminate` also ends TLS. */
  readonly protocol: 'tcp' | 'udp' | 'passthrough' | 'terminate';
  /** The port that users know. */
  readonly port: number;
  /** Server names that belong to the listener; `''` for `tcp` and `udp`. */
  readonly hostname: Hostname;
  /** For `terminate`: certificates offered, chosen by server name. Empty: handshakes fail. */
  readonly certificates?: readonly CertificateKey[];
  /** For `terminate`: what handshakes for its names may agree on. */
  readonly terms?: TlsTerms;
  /** Shown to backends that are reached over TLS. */
  readonly upstreamCertificate?: CertificateKey;
  /** In order of precedence: the first whose hostname covers the server name serves; where none does, the connection is closed. */
  readonly hosts: readonly StreamHost[];
  readonly origin: Origin;
}

/** The one route that serves a hostname; `''` for `tcp` and `udp`. */
export interface StreamHost {
  readonly hostname: Hostname;
  readonly route: RouteKey;
}

export interface StreamRoute {
  readonly action: StreamAction;
  readonly origin: Origin;
}

export type StreamAction = Relay | Refuse;

/** Pass everything to and from one of the targets, chosen by weight once for a connection, or once for a UDP session. */
export interface Relay {
  readonly kind: 'relay';
  /** At least one with a weight above 0. */
  readonly targets: readonly StreamTarget[];
}

/** A share of the connections; one that cannot be reached refuses in place of its backend, so the shares stay true. */
export interface StreamTarget {
  readonly weight: number;
  readonly to: { readonly kind: 'backend'; readonly backend: BackendKey } | Refuse;
}

/** Close the connection without a word, or drop the datagram. `because` is the cause that logs show. */
export interface Refuse {
  readonly kind: 'refuse';
  readonly because: string;
}
