/** Everything that can go wrong with one request, and what the client is told. */
export type Cause =
  | 'bad-request-line' | 'bad-target' | 'bad-version' | 'bad-field' | 'bad-host' | 'bad-length' | 'length-and-coding'
  | 'bad-transfer-coding' | 'unknown-transfer-coding' | 'bad-chunk' | 'bad-trailer' | 'url-too-long' | 'head-too-large'
  | 'too-many-fields' | 'body-too-large' | 'connect-refused' | 'unknown-expectation' | 'head-timeout' | 'body-timeout'
  | 'no-listener' | 'no-route' | 'misdirected' | 'no-endpoint' | 'retry-budget' | 'overloaded' | 'name-failed' | 'connect-failed' | 'connect-timeout' | 'handshake-failed' | 'tls-refused' | 'request-timeout'
  | 'auth-denied' | 'auth-unavailable' | 'auth-timeout' | 'auth-failed' | 'auth-body-too-large'
  | 'backend-timeout' | 'bad-response' | 'backend-closed' | 'protocol-not-carried';

export interface Refusal {
  readonly status: number;
  /** One plain sentence for the person who sees the answer. */
  readonly text: string;
  /** The connection cannot be used any more: where the next message begins is not known. */
  readonly close?: true;
}

/** The closed table of causes (statuses from RFC 9110 section 15, RFC 9112 sections 3, 6 and 7). */
export const refusals = {
  'bad-request-line': { status: 400, text: 'The request line is malformed.', close: true },
  'bad-target': { status: 400, text: 'The request target is not a valid URL path.', close: true },
  'bad-version': { status: 505, text: 'Only HTTP/1.0 and HTTP/1.1 are spoken here.', close: true },
  'bad-field': { status: 400, text: 'A header field is malformed.', close: true },
  'bad-host': { status: 400, text: 'The Host header is missing, repeated or invalid.', close: true },
  'bad-length': { status: 400, text: 'Content-Length is repeated or not a number.', close: true },
  'length-and-coding': { status: 400, text: 'Content-Length and Transfer-Encoding exclude each other.', close: true },
  'bad-transfer-coding': { status: 400, text: 'Transfer-Encoding must be exactly chunked, in HTTP/1.1.', close: true },
  'unknown-transfer-coding': { status: 501, text: 'The transfer coding is not implemented.', close: true },
  'bad-chunk': { status: 400, text: 'The chunked body is malformed.', close: true },
  'bad-trailer': { status: 400, text: 'The trailer section is malformed or too large.', close: true },
  'url-too-long': { status: 414, text: 'The request target is too long.', close: true },
  'head-too-large': { status: 431, text: 'The header section is too large.', close: true },
  'too-many-fields': { status: 431, text: 'There are too many header fields.', close: true },
  'body-too-large': { status: 413, text: 'The request body is too large.', close: true },
  'connect-refused': { status: 405, text: 'CONNECT is not allowed here.', close: true },
  'unknown-expectation': { status: 417, text: 'The only expectation that can be met is 100-continue.', close: true },
  'head-timeout': { status: 408, text: 'The request head took too long to arrive.', close: true },
  'body-timeout': { status: 408, text: 'The request body took too long to arrive.', close: true },
  'no-listener': { status: 404, text: 'No listener serves this host.' },
  'no-route': { status: 404, text: 'No route matches this request.' },
  'misdirected': { status: 421, text: 'This host is not served on this connection; open a new one.' },
  'no-endpoint': { status: 503, text: 'The backend has no ready endpoint.' },
  'retry-budget': { status: 503, text: 'The backend has had as many retries as its budget allows.' },
  'overloaded': { status: 503, text: 'All endpoints of the backend are busy; try again in a moment.' },
  'name-failed': { status: 503, text: 'The name of the backend does not resolve to an address.' },
  'connect-failed': { status: 503, text: 'No endpoint of the backend accepts connections.' },
  'handshake-failed': { status: 502, text: 'No endpoint of the backend could be verified over TLS.' },
  'tls-refused': { status: 503, text: 'The TLS settings of the backend cannot be used.' },
  'connect-timeout': { status: 504, text: 'The backend did not accept the connection in time.' },
  'auth-denied': { status: 403, text: 'The authorization server refused the request.' },
  'auth-unavailable': { status: 503, text: 'The authorization server cannot be reached.' },
  'auth-timeout': { status: 504, text: 'The authorization server did not answer in time.' },
  'auth-failed': { status: 502, text: 'The answer of the authorization server cannot be used.' },
  'auth-body-too-large': { status: 413, text: 'The request body is larger than the authorization server may be sent.' },
  'request-timeout': { status: 504, text: 'The request took longer than its route allows.' },
  'backend-timeout': { status: 504, text: 'The backend took longer than its route allows.' },
  'bad-response': { status: 502, text: 'The backend sent a malformed response.' },
  'backend-closed': { status: 502, text: 'The backend closed the connection before it answered.' },
  'protocol-not-carried': { status: 502, text: 'The protocol of the backend is not carried yet.' },
} as const satisfies Record<Cause, Refusal>;

/** Causes that no answer tells, only logs and metrics: of clients that left, and of connections and datagrams of layer 4. */
export const untold = {
  'client-closed': 'The client left before the end.',
  'write-timeout': 'The client did not take its answer in time.',
  'drain-timeout': 'Postern ended, and the time to drain was over.',
  'idle-timeout': 'Nothing moved on the connection.',
  'not-tls': 'The client spoke something else than TLS, or nothing.',
  'bad-hello': 'The ClientHello is malformed.',
  'hello-too-large': 'The ClientHello is too large.',
  'handshake-timeout': 'The ClientHello did not come in time.',
  'bad-proxy-header': 'The PROXY protocol header is missing or malformed.',
  'too-many-sessions': 'There are too many UDP sessions.',
} as const;

export type UntoldCause = keyof typeof untold;

/** The refusal of a cause, in its wide type. */
export function refusalOf(cause: Cause): Refusal {
  return refusals[cause];
}
