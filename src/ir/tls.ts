import type { Redacted } from '../base/index.ts';
import type { Origin } from '../contract/index.ts';

/** Client certificates: `require` refuses handshakes without a valid one, `request` asks and lets everybody in. */
export interface ClientValidation {
  /** PEM bundles of the authorities that may vouch for clients. */
  readonly authorities: readonly string[];
  readonly mode: 'require' | 'request';
}

/** A certificate chain and its key, PEM, already parsed once and found to fit together. */
export interface Certificate {
  readonly chain: string;
  readonly key: Redacted<string>;
  /** DNS names of the leaf, lower case, wildcards as `*.example.com`. */
  readonly names: readonly string[];
  readonly origin: Origin;
}
