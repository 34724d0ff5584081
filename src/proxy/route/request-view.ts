/** What routing may ask of a request, whatever the protocol that brought it. */
export interface RequestView {
  readonly method: string;
  /** Path without the query, dot segments resolved; `*` for `OPTIONS *`. */
  readonly path: string;
  /** Query with its question mark, or `''`. */
  readonly query: string;
  /** Host with its port, as sent; `''` where HTTP/1.0 names none. */
  readonly host: string;
  /** The values of a field (lower-case name) joined by commas, or undefined where there is none. */
  header(name: string): string | undefined;
}
