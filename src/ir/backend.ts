import type { Origin } from '../contract/index.ts';
import type { BackendLimits, Balancing, Ejection } from './balancing.ts';
import type { CertificateKey } from './ir.ts';
import type { TlsTerms } from './tls.ts';

/** A set of endpoints that are alike: one Service port. */
export interface Backend {
  /** What the endpoints speak; `tcp` and `udp` where the proxy need not know more. */
  readonly protocol: 'http1' | 'h2c' | 'websocket' | 'tcp' | 'udp';
  /** Absent: plain text. `refused`: the settings can't be used, and no connection may be made. With `h2c` it is HTTP/2 by ALPN. */
  readonly tls?: UpstreamTls | 'refused';
  /** Connections of layer 4 begin with a PROXY protocol header of this version, which names the client. */
  readonly proxyProtocol?: 'v1' | 'v2';
  /** Absent: retries are limited by the routes alone. */
  readonly retryBudget?: RetryBudget;
  /** How endpoints are chosen and spared; what is absent is the data plane's own. */
  readonly balancing?: Balancing;
  readonly limits?: BackendLimits;
  readonly ejection?: Ejection | 'off';
  /** A new endpoint's part grows over this time. Milliseconds; not with `hash`. */
  readonly slowStartMs?: number;
  readonly origin: Origin;
}

/** How many retries the backends that share `scope` take together: a share of their requests, and never fewer than the least rate. */
export interface RetryBudget {
  readonly scope: string;
  /** Most retries, in percent of all requests of the last `intervalMs`, retries included. */
  readonly percent: number;
  readonly intervalMs: number;
  /** Retries that are allowed in any case, in each `leastIntervalMs`. */
  readonly leastCount: number;
  readonly leastIntervalMs: number;
}

/** TLS to endpoints; they are always verified. */
export interface UpstreamTls {
  /** Sent as server name; what the certificate must be for where `names` is empty. */
  readonly serverName: string;
  /** Shown in place of what the listener has for backends; `none` shows nothing. */
  readonly certificate?: CertificateKey | 'none';
  /** PEM bundles of the authorities that may vouch for endpoints, or those of the system. */
  readonly authorities: readonly string[] | 'system';
  /** Subject alternative names, of which the certificate must have at least one; DNS names in lower case, perhaps `*.example.com`. */
  readonly names: readonly { readonly kind: 'dns' | 'uri'; readonly value: string }[];
  /** What handshakes may agree on; never `alpn`, which the backend's protocol decides. */
  readonly terms?: TlsTerms;
}

/** `address` is an IP address or, for names resolved at connect time, a hostname. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Pod or target name for logs. */
  readonly name?: string;
  /** Takes new requests. One that is not ready is kept only while it is draining. */
  readonly ready: boolean;
  /** Not ready because it is ending, but it still answers: takes requests as long as no other is ready. */
  readonly draining?: true;
}
