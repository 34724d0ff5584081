import type { Balancing, Ejection } from '../ir/index.ts';
import type { LineForm } from './observe/log-line.ts';

/** Sizes a client or backend may not exceed. */
export interface Limits {
  /** Request line and header section together, bytes; more is 431 (or 414 while the request line has not ended). Default 64 KiB. */
  readonly headBytes: number;
  /** Header fields of one message, at most 256; more is 431, from a backend 502. Default 128. */
  readonly headerCount: number;
  /** The request target, bytes; more is 414. Default 16 KiB. */
  readonly urlBytes: number;
  /** A request body, bytes; more is 413. Default: no limit. */
  readonly bodyBytes: number;
  /** The trailer section of a chunked body, bytes. Default 8 KiB. */
  readonly trailerBytes: number;
  /** Header section of a backend's response, bytes; more is 502. Default 64 KiB. */
  readonly responseHeadBytes: number;
  /** The ClientHello of a connection whose server name chooses where it goes, bytes. Default 64 KiB. */
  readonly helloBytes: number;
  /** Client connections of one process at a time; more are closed at once. Default: no other limit than that of open files. */
  readonly connections: number;
  /** UDP sessions of one listener at a time; the datagrams of more are dropped. Each takes a file descriptor. Default 4096. */
  readonly udpSessions: number;
  /** Requests under way at one endpoint; more wait. Default: no limit. */
  readonly endpointRequests: number;
  /** Requests that wait for room at the endpoints of one backend; more are answered 503 at once. Default 1024. */
  readonly waitingRequests: number;
}

/** Times in milliseconds, measured in steps of 20 ms; 0 means none. */
export interface Timeouts {
  /** A client connection between two requests. Default 75 s. */
  readonly idleMs: number;
  /** From the first byte of a request head to its last; longer is 408. Default 15 s. */
  readonly headMs: number;
  /** Between two pieces of a request body; longer is 408. Default 60 s. */
  readonly bodyMs: number;
  /** Until a client has taken what waits for it (at most about 128 KiB) and the answer can go on. Default 60 s. */
  readonly writeMs: number;
  /** Limit of a request whose route names none; longer is 504. Default none. */
  readonly requestMs: number;
  /** One answer of an authorizer (ExternalAuth); longer is 504. Default 5 s. */
  readonly authMs: number;
  /** To establish a connection with an endpoint. Default 5 s. */
  readonly connectMs: number;
  /** An idle connection to an endpoint is kept this long, or less where the backend's Keep-Alive says so. Default 4 s: shorter than what common servers keep. */
  readonly upstreamIdleMs: number;
  /** A client that has closed its sending side waits at most this long for each part of its answer; then it counts as gone. Default 1 s. */
  readonly halfCloseMs: number;
  /** TLS handshake. Default 10 s. */
  readonly handshakeMs: number;
  /** A connection of TCPRoute or TLSRoute on which nothing moves. Default 1 h. */
  readonly streamIdleMs: number;
  /** A UDP session without a datagram in either direction. Default 60 s. */
  readonly udpIdleMs: number;
  /** A request that waits for room at an endpoint; longer is 503. Default 1 s. */
  readonly waitingMs: number;
}

export interface ProxyOptions {
  /** How endpoints are chosen where the backend says nothing. Default: round robin. */
  readonly balancing: Balancing;
  /** Which endpoints are left out for a while. Default: those that take no connection five times in a row, for 5 s, then longer up to 1 min. */
  readonly ejection: Ejection | 'off';
  /** The time over which a new endpoint's part grows. Milliseconds. Default 0: it has its whole part at once. */
  readonly slowStartMs: number;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** CIDRs of proxies whose X-Forwarded-*, Forwarded and X-Request-Id are believed. Default: none. */
  readonly trustedProxies: readonly string[];
  /** So many proxies are always in front: whoever connects is believed, and the client is the last but so many of X-Forwarded-For. Default 0: `trustedProxies` counts. */
  readonly trustedHops: number;
  /** CIDRs of peers that must begin each connection with a PROXY protocol header, whose client then counts. Default: none. */
  readonly proxyProtocolFrom: readonly string[];
  /** Value of Server in answers that Postern makes itself. Default: no such header. */
  readonly serverHeader?: string;
  /** Pseudonym for Via in both directions. Default: no Via. */
  readonly via?: string;
  /** Seals the tokens of sessions, and hides in them which endpoint is meant; the same in all proxies that serve the same clients. Default: `''`. */
  readonly sessionKey: string;
  /** Share each port with other processes (SO_REUSEPORT), for several workers. Default false. */
  readonly reusePort: boolean;
  /** Count requests by route and rule too. Default false. */
  readonly metricsByRoute: boolean;
  /** A line for each request and connection; absent: none. `to`: a file, or `-` for standard output. */
  readonly accessLog?: LineForm & { readonly to: string };
  /** Answers that Postern makes itself have X-Postern-Cause. Default false. */
  readonly causeHeader: boolean;
}

/** What a caller may give: any part of the options. */
export type ProxySettings = Partial<Omit<ProxyOptions, 'limits' | 'timeouts'>> & {
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<Timeouts>;
};

const defaultLimits: Limits = {
  headBytes: 65_536, headerCount: 128, urlBytes: 16_384, bodyBytes: Infinity, trailerBytes: 8192, responseHeadBytes: 65_536,
  helloBytes: 65_536, connections: Infinity, udpSessions: 4096, endpointRequests: Infinity, waitingRequests: 1024,
};

const defaultTimeouts: Timeouts = {
  idleMs: 75_000, headMs: 15_000, bodyMs: 60_000, writeMs: 60_000, requestMs: 0, authMs: 5000, connectMs: 5000, upstreamIdleMs: 4000,
  halfCloseMs: 1000, handshakeMs: 10_000, streamIdleMs: 3_600_000, udpIdleMs: 60_000, waitingMs: 1000,
};

/** How an endpoint is left out that fails. */
export const gentleEjection: Ejection = { on: 'connect', failures: 5, firstMs: 5000, mostMs: 60_000 };

/** The whole options: what is given, and the defaults. */
export function toOptions(settings: ProxySettings): ProxyOptions {
  const limits = { ...defaultLimits, ...settings.limits };
  return {
    balancing: { kind: 'round-robin' }, ejection: gentleEjection, slowStartMs: 0, trustedProxies: [], trustedHops: 0, proxyProtocolFrom: [], sessionKey: '', reusePort: false, metricsByRoute: false, causeHeader: false, ...settings,
    limits: { ...limits, headerCount: Math.min(limits.headerCount, 256) },
    timeouts: { ...defaultTimeouts, ...settings.timeouts },
  };
}
