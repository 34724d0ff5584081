import type { BackendKey } from './ir.ts';

/** What happens to a request or a response on its way, run in order. */
export type Filter = HeaderFilter | RewriteFilter | MirrorFilter | CorsFilter | AuthFilter;

/** Changes headers: first `remove`, then `set` (replaces all values), then `add` (keeps what is there). Names in lower case. */
export interface HeaderFilter {
  readonly kind: 'request-headers' | 'response-headers';
  readonly set: readonly HeaderValue[];
  readonly add: readonly HeaderValue[];
  readonly remove: readonly string[];
}

export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

/** Changes what the backend sees as Host and path; the query stays. */
export interface RewriteFilter {
  readonly kind: 'rewrite';
  readonly hostname?: string;
  readonly path?: PathRewrite;
}

/** `prefix` replaces the matched prefix (`match`, without trailing slash) by `value` at an element boundary. */
export type PathRewrite =
  | { readonly kind: 'full'; readonly value: string }
  | { readonly kind: 'prefix'; readonly match: string; readonly value: string };

/** Sends a copy of the request, as the filters before it left it, to one endpoint of a backend; its answer is thrown away. */
export interface MirrorFilter {
  readonly kind: 'mirror';
  readonly backend: BackendKey;
  /** Part of the requests that are copied, 0 to 1. */
  readonly share: number;
}

/**
 * Asks an authorizer whether a request may go on, which it sees as the filters before this one left it. Its answer may change headers of
 * the request; where it refuses, or can't be asked, the request ends.
 */
export interface AuthFilter {
  readonly kind: 'auth';
  /** `grpc` is Check of envoy.service.auth.v3, to a backend that speaks HTTP/2. */
  readonly protocol: 'http' | 'grpc';
  readonly backend: BackendKey;
  /** What calls of `grpc` name as the host they are for. */
  readonly host: string;
  /** For `http`: put before the path; `''` for nothing. */
  readonly pathPrefix: string;
  /** Headers of the request that are shown, lower case, beyond what the protocol always shows. */
  readonly requestHeaders: readonly string[] | 'all';
  /** For `http`: headers of its answer that go on with the request, lower case; no client can set those that are listed. */
  readonly responseHeaders: readonly string[] | 'all';
  /** The body goes along up to this size, and a larger one is refused; 0: it does not go along. */
  readonly bodyBytes: number;
}

/** Cross-origin rules of the Fetch standard: answers preflights in place of the backend and marks the answers to other requests. */
export interface CorsFilter {
  readonly kind: 'cors';
  /** `*`, or `scheme://host[:port]` in lower case; `*` in a host stands for any characters to its left, dots included. */
  readonly origins: readonly string[];
  /** As the user wrote them; `['*']` is every method. */
  readonly methods: readonly string[];
  /** As the user wrote them; `['*']` is every header. */
  readonly headers: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}
