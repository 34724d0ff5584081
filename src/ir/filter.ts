/** Changes to a request or a response on its way, run in order. */
export type Filter = HeaderFilter | RewriteFilter;

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
