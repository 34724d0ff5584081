import type { Table } from '../base/index.ts';
import type { Origin } from '../contract/index.ts';
import type { Action, Respond } from './action.ts';
import type { Backend, Endpoint } from './backend.ts';
import type { AuthFilter } from './filter.ts';
import type { StreamListener, StreamRoute } from './l4.ts';
import type { Match } from './match.ts';
import type { Certificate, ClientValidation, TlsTerms } from './tls.ts';
import type { Tracing } from './tracing.ts';

/** Keys are stable strings that begin with the origin's key, such as `gateway/default/web/http`. */
export type SocketKey = string;
export type ListenerKey = string;
export type RouteKey = string;
export type BackendKey = string;
export type CertificateKey = string;
export type TracingKey = string;

/** All that a data plane needs: flat keyed tables, plain JSON, absent by absence, every node with its origin. */
export interface Ir {
  readonly sockets: Table<Socket>;
  readonly listeners: Table<Listener>;
  readonly routes: Table<Route>;
  readonly backends: Table<Backend>;
  /** Apart from `backends`, so that an endpoint change touches nothing else; a backend without an entry has no endpoints. */
  readonly endpoints: Table<readonly Endpoint[]>;
  readonly certificates: Table<Certificate>;
  /** Listeners of TCP, UDP and TLS. Their keys are not among those of `listeners`. */
  readonly streamListeners?: Table<StreamListener>;
  readonly streamRoutes?: Table<StreamRoute>;
  readonly tracings?: Table<Tracing>;
}

/** A place where connections arrive. Several listeners may share one. */
export interface Socket {
  /** IP address to bind. */
  readonly address: string;
  /** Port to bind; differs from the listener's port where ports are mapped. */
  readonly port: number;
  /** Absent: TCP. */
  readonly transport?: 'udp';
}

/** One listener: a hostname on a socket, and the routes that serve it. */
export interface Listener {
  readonly socket: SocketKey;
  readonly protocol: 'http' | 'https';
  /** The port that users know: what a redirect without a port means. */
  readonly port: number;
  readonly hostname: Hostname;
  /** For `https`: certificates offered, chosen by server name. Empty: handshakes fail. */
  readonly certificates?: readonly CertificateKey[];
  /** For `https`: what handshakes for its names may agree on. */
  readonly terms?: TlsTerms;
  /** How clients must prove who they are; the same for all listeners of a socket. */
  readonly clientValidation?: ClientValidation;
  /** Shown to backends that are reached over TLS. */
  readonly upstreamCertificate?: CertificateKey;
  /** How its requests are traced; absent: they are not, and trace context is passed on untouched. */
  readonly tracing?: TracingKey;
  /** What each of its requests passes before routes are matched, in order; a `Respond` ends it there. Absent: nothing. */
  readonly filters?: readonly (AuthFilter | Respond)[];
  /** In order of precedence; a request tries each whose hostname matches until a route matches. */
  readonly hosts: readonly HostRoutes[];
  readonly origin: Origin;
}

/** `''` is every host, `*.example.com` any subdomain at any depth but not the apex, else one host; always lower case. */
export type Hostname = string;

/** The routes of one hostname, in order of precedence: exact paths, then regular expressions, then prefixes by falling length. */
export interface HostRoutes {
  readonly hostname: Hostname;
  readonly routes: readonly RouteKey[];
}

/** One set of conditions, and what to do with a request that meets all of them. */
export interface Route {
  readonly match: Match;
  readonly action: Action;
  readonly origin: Origin;
}
