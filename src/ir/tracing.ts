import type { Redacted } from '../base/index.ts';
import type { Origin } from '../contract/index.ts';
import type { BackendKey } from './ir.ts';

/** How requests are traced: each gives at most one span, which goes to a collector. */
export interface Tracing {
  readonly collector: BackendKey;
  /** OTLP over gRPC, or over HTTP with a POST to `/v1/traces`. */
  readonly protocol: 'grpc' | 'http';
  /** Host of the exports. */
  readonly authority: string;
  /** Sent with every export; names in lower case. Values may be credentials. */
  readonly headers: readonly { readonly name: string; readonly value: Redacted<string> }[];
  /** Share of the traces begun here that are sampled, 0 to 1. */
  readonly share: number;
  /** Share of the requests that are sampled because the caller's trace is, 0 to 1; absent: the caller's decision does not count. */
  readonly parentShare?: number;
  /** Absent: the data plane's own name. */
  readonly serviceName?: string;
  /** Absent: method and path of the route. */
  readonly spanName?: string;
  /** Beside the data plane's own; of equal names these count. */
  readonly attributes: readonly SpanAttribute[];
  readonly origin: Origin;
}

/** One attribute of a span; absent from it where the request has no such value. */
export type SpanAttribute =
  | { readonly name: string; readonly kind: 'literal'; readonly value: string }
  /** A request header, in lower case. */
  | { readonly name: string; readonly kind: 'header'; readonly header: string }
  /** A name of the OpenTelemetry conventions (GEP-5253). */
  | { readonly name: string; readonly kind: 'attribute'; readonly key: string };
