import type { Filter, PathRewrite } from './filter.ts';
import type { BackendKey } from './ir.ts';

export type Action = Forward | Redirect | Respond;

/** Send the request to one of the targets, chosen by weight. */
export interface Forward {
  readonly kind: 'forward';
  readonly filters: readonly Filter[];
  /** At least one with a weight above 0. */
  readonly targets: readonly Target[];
  /** Time for the whole exchange up to the end of the response head, retries included; absent: no limit of its own. Milliseconds. */
  readonly requestTimeoutMs?: number;
  /** Time for one try. Milliseconds. */
  readonly backendTimeoutMs?: number;
  /** Absent: only what is harmless by HTTP's own rules is tried again. */
  readonly retry?: Retry;
}

/** When a request goes to a backend again: a connection that did not come about, a try that ran out of time, or one of `codes`. */
export interface Retry {
  readonly codes: readonly number[];
  /** Tries beyond the first; 0: none. */
  readonly attempts: number;
  /** Base interval between two tries. Milliseconds; absent: the data plane's own. */
  readonly backoffMs?: number;
}

/** A share of the traffic; one that cannot be reached answers in place of its backend, so the shares stay true. */
export interface Target {
  readonly weight: number;
  readonly to: { readonly kind: 'backend'; readonly backend: BackendKey } | Respond;
  /** Run after the filters of the action. */
  readonly filters: readonly Filter[];
  /** Absent: each request goes to any endpoint of the backend. */
  readonly persistence?: Persistence;
}

/** A client comes back to the endpoint that it had before, by a token that it was given; the choice of the target is never touched by it. */
export interface Persistence {
  readonly kind: 'cookie' | 'header';
  /** Of the cookie as it is, or of the header in lower case. */
  readonly name: string;
  /** Of the cookie. */
  readonly path?: string;
  /** The cookie outlives the browser; only together with `timeoutMs`. */
  readonly isPermanent?: true;
  /** From its begin on, when a session ends. Milliseconds; absent: never. */
  readonly timeoutMs?: number;
}

/**
 * Answer with a Location. An absent part is taken from the request; an absent port is the well-known one of `scheme`
 * where that is given, else the listener's. 80 with http and 443 with https are not written (spec: HTTPRequestRedirectFilter).
 */
export interface Redirect {
  readonly kind: 'redirect';
  readonly status: 301 | 302 | 303 | 307 | 308;
  readonly scheme?: 'http' | 'https';
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: PathRewrite;
  readonly filters: readonly Filter[];
}

/** Answer at once. `because` is the cause that logs show. */
export interface Respond {
  readonly kind: 'respond';
  readonly status: number;
  readonly because: string;
}
