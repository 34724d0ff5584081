/** Conditions on a request; all must hold. */
export interface Match {
  readonly path: PathMatch;
  /** Upper-case method token, compared exactly. */
  readonly method?: string;
  readonly headers?: readonly ValueMatch[];
  readonly query?: readonly ValueMatch[];
}

/**
 * `prefix` compares whole path elements, its value has no trailing slash (`''` is every path);
 * `regex` is RE2 and must match the whole path. Paths are compared without the query, case-sensitively.
 */
export type PathMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string };

/** A header (name in lower case) or query parameter (name case-sensitive); `regex` is RE2 on the whole value. */
export interface ValueMatch {
  readonly name: string;
  readonly kind: 'exact' | 'regex';
  readonly value: string;
}
