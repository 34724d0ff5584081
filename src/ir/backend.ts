import type { Origin } from '../contract/index.ts';

/** A set of endpoints that are alike: one Service port. */
export interface Backend {
  /** What the endpoints speak; `tcp` and `udp` where the proxy need not know more. */
  readonly protocol: 'http1' | 'h2c' | 'websocket' | 'tcp' | 'udp';
  /** Absent: plain text. `refused`: the settings can't be used, and no connection may be made. With `h2c` it is HTTP/2 by ALPN. */
  readonly tls?: UpstreamTls | 'refused';
  readonly origin: Origin;
}

/** TLS to endpoints; they are always verified. */
export interface UpstreamTls {
  /** Sent as server name; what the certificate must be for where `names` is empty. */
  readonly serverName: string;
  /** PEM bundles of the authorities that may vouch for endpoints, or those of the system. */
  readonly authorities: readonly string[] | 'system';
  /** Subject alternative names, of which the certificate must have at least one; DNS names in lower case, perhaps `*.example.com`. */
  readonly names: readonly { readonly kind: 'dns' | 'uri'; readonly value: string }[];
}

/** `address` is an IP address or, for names resolved at connect time, a hostname. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Pod or target name for logs. */
  readonly name?: string;
  /** Takes new requests. One that is not ready is kept only while it is draining. */
  readonly ready: boolean;
}
