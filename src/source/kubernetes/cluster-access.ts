/** How an API server is reached, and as whom. */
export interface ClusterAccess {
  readonly server: URL;
  /** PEM of the authorities that may vouch for the server; undefined: those of the system. */
  readonly ca?: string;
  /** PEM of a client certificate and its key. */
  readonly certificate?: { readonly chain: string; readonly key: string };
  /** Name to verify in the server's certificate; undefined: its host. */
  readonly serverName?: string;
  readonly skipVerification?: boolean;
  /** A bearer token, read anew where it can expire; undefined where a certificate is all. */
  token(): Promise<string | undefined>;
}

/** The cluster cannot be reached as configured: the message says what is wrong, where, and what to do. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}
