import type { Origin } from '../contract/index.ts';

/** A set of endpoints that are alike: one Service port. */
export interface Backend {
  /** What the endpoints speak; `tcp` and `udp` where the proxy need not know more. */
  readonly protocol: 'http1' | 'h2c' | 'websocket' | 'tcp' | 'udp';
  readonly origin: Origin;
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
