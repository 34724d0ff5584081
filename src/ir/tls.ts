import type { Redacted } from '../base/index.ts';
import type { Origin } from '../contract/index.ts';

/** Client certificates: `require` refuses handshakes without a valid one, `request` asks and lets everybody in. */
export interface ClientValidation {
  /** PEM bundles of the authorities that may vouch for clients. */
  readonly authorities: readonly string[];
  readonly mode: 'require' | 'request';
}

/** What a handshake may agree on; what is absent is the data plane's own: TLS 1.2 and 1.3, strong suites, all protocols that it speaks. */
export interface TlsTerms {
  readonly minVersion?: '1.2' | '1.3';
  readonly maxVersion?: '1.2' | '1.3';
  /** Of TLS 1.2, as OpenSSL calls them, the preferred first; those of TLS 1.3 are always on. */
  readonly cipherSuites?: readonly string[];
  /** Offered by ALPN to clients that send requests, the preferred first. */
  readonly alpn?: readonly ('h2' | 'http/1.1')[];
}

/** A certificate chain and its key, PEM, already parsed once and found to fit together. */
export interface Certificate {
  readonly chain: string;
  readonly key: Redacted<string>;
  /** DNS names of the leaf, lower case, wildcards as `*.example.com`. */
  readonly names: readonly string[];
  readonly origin: Origin;
}
