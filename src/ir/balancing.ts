/** How one endpoint of a backend is chosen for each request or connection. */
export type Balancing =
  | { readonly kind: 'round-robin' }
  /** The less busy one of two that are drawn. */
  | { readonly kind: 'least-request' }
  /** The same one for the same value as long as it is there; requests without the value are spread. */
  | { readonly kind: 'hash'; readonly on: HashInput };

/** `source` is the client's address; header names in lower case. */
export type HashInput =
  | { readonly kind: 'source' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string };

/** What a backend is given at a time; more waits in line, or is answered at once. */
export interface BackendLimits {
  /** Requests under way at one endpoint: over HTTP/1 as many connections, over HTTP/2 as many streams. */
  readonly requestsPerEndpoint: number;
  /** Requests that wait for room, of all endpoints together. */
  readonly waiting: number;
  /** The longest wait. Milliseconds. */
  readonly waitingMs: number;
}

/** When an endpoint that fails is left out for a while. One of several only, and never more than half of them. */
export interface Ejection {
  /** `connect`: connections that do not come about. `errors`: also answers 502, 503 and 504, broken answers and time-outs. */
  readonly on: 'connect' | 'errors';
  /** Failures without a success between them. */
  readonly failures: number;
  /** How long it is left out the first time; twice as long each time that its return fails. Milliseconds. */
  readonly firstMs: number;
  readonly mostMs: number;
}
