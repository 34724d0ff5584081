import type { Filter, HeaderValue } from './filter.ts';
import type { BackendKey, CertificateKey, Hostname, ListenerKey, RouteKey, SocketKey } from './ir.ts';

/** A request as a person writes it down, before a data plane has read it. */
export interface AskedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Host as sent, with a port that is not the scheme's. */
  readonly host: string;
  readonly headers: readonly HeaderValue[];
  /** What the TLS handshake names; `''` for none. */
  readonly serverName: string;
  /** PEM, the leaf first; absent: the client shows none. */
  readonly clientCertificate?: string;
}

/** A connection or datagram that carries no request which Postern reads. */
export interface AskedConnection {
  /** `''` where there is no TLS. */
  readonly serverName: string;
}

/**
 * What a data plane would do with a request, told step by step and without moving a byte. The one that carries the traffic tells it, with
 * the code that carries the traffic, so that nobody else has to know what a match means.
 */
export interface Rehearsal {
  readonly socket: SocketKey;
  /** As the data plane reads it; absent where it can't be read. */
  readonly request?: RequestLook;
  /** Present for TLS. */
  readonly handshake?: Handshake;
  readonly listener?: ListenerKey;
  /** Authorizers that the listener asks first, in order. */
  readonly asks?: readonly BackendKey[];
  /** Every route of the listener in order of precedence, whether its hostname covers the host or not. */
  readonly candidates: readonly Candidate[];
  /** The route that takes it. */
  readonly route?: RouteKey;
  readonly outcome: Outcome;
}

/** The TLS handshake that comes before a request. */
export interface Handshake {
  /** The listener that the server name belongs to. */
  readonly listener?: ListenerKey;
  /** What is shown; absent: the handshake fails. */
  readonly certificate?: CertificateKey;
  /** Whether the certificate is for the server name, as clients check it. */
  readonly isForName: boolean;
  /** What is asked of clients. */
  readonly asksClient?: 'require' | 'request';
}

/** A request at one point of its way. */
export interface RequestLook {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  /** Names in lower case, without Host and without what tells of the connection. */
  readonly headers: readonly HeaderValue[];
  /** Of `headersOfClient` those that filters take out; absent where they take out none. */
  readonly withheld?: readonly string[];
}

/** What Postern tells every backend of a client; a `RequestLook` has of these only what filters set. */
export const headersOfClient: readonly string[] = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-request-id'];

export interface Candidate {
  readonly hostname: Hostname;
  readonly route: RouteKey;
  /** The first condition that the request fails, and what it has there; absent where it meets all. */
  readonly mismatch?: Mismatch;
}

export interface Mismatch {
  readonly part: 'hostname' | 'path' | 'method' | 'header' | 'query' | 'expression';
  /** Of the header or parameter. */
  readonly name?: string;
  /** What the route wants; `matches …` for an expression. */
  readonly wanted: string;
  /** What the request has; absent where it has none. */
  readonly seen?: string;
}

export type Outcome =
  /** The data plane answers itself. `cause` is a code of docs/errors.md; absent where it answers what was asked for. */
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly cause?: string; readonly headers: readonly HeaderValue[]; readonly steps?: readonly FilterStep[] }
  /** It goes to one of the targets, by weight. */
  | { readonly kind: 'forward'; readonly targets: readonly TargetOutcome[] }
  /** There is nobody to answer: the handshake fails, the connection is closed, the datagram dropped. */
  | { readonly kind: 'closed'; readonly cause: string };

/** A filter, and the request after it. */
export interface FilterStep {
  readonly filter: Filter;
  /** Of the rule, or of the target. */
  readonly of: 'rule' | 'target';
  /** Absent where it does not touch the request. */
  readonly after?: RequestLook;
}

/** Names in lower case. */
export interface AnswerEdit {
  /** Are taken out first. */
  readonly removed: readonly string[];
  /** Are put in then. */
  readonly headers: readonly HeaderValue[];
}

export interface TargetOutcome {
  /** Index into the targets of the action. */
  readonly index: number;
  readonly weight: number;
  readonly backend?: BackendKey;
  readonly steps: readonly FilterStep[];
  /** The request as the backend gets it. */
  readonly sent?: RequestLook;
  /** What becomes of the headers of the backend's answer; absent where nothing does, and where there is none. */
  readonly answered?: AnswerEdit;
  /** The answer in place of the backend's. */
  readonly answer?: Extract<Outcome, { readonly kind: 'answer' | 'closed' }>;
}
