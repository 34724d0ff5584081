import type { Origin } from '../../contract/index.ts';
import type { Ir, IrChange } from '../../ir/index.ts';

/** One resource as Envoy gets it. */
export interface EnvoyResource {
  readonly name: string;
  /** Hash of `body`: equal bodies have equal versions, in every process. */
  readonly version: string;
  /** Protocol Buffers of the resource itself, not of an Any. */
  readonly body: Uint8Array;
  /** The objects and fields that it is made of, each once; empty where it is made of none. */
  readonly origins: readonly Origin[];
}

/** Name → resource, in any order. */
export type EnvoyTable = ReadonlyMap<string, EnvoyResource>;

/** All that one group of Envoys is to have. A table keeps its identity where all of its entries did. */
export interface EnvoyResources {
  readonly listeners: EnvoyTable;
  readonly routes: EnvoyTable;
  readonly clusters: EnvoyTable;
  /** ClusterLoadAssignments; every cluster of type EDS has one, perhaps empty. */
  readonly endpoints: EnvoyTable;
  readonly secrets: EnvoyTable;
}

export type EnvoyResourceKind = keyof EnvoyResources;

/** Type URLs of the resources, in the order in which Envoy needs them: what is referred to before what refers. */
export const envoyTypeUrls: { readonly [kind in EnvoyResourceKind]: string } = {
  secrets: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
  clusters: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoints: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listeners: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  routes: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
};

/** What a translation needs to know beyond the IR: how the Envoys of a group are set up. */
export interface EnvoyTerms {
  /** Bound by every socket in place of its own address; absent: each its own. */
  readonly bindAddress?: string;
  /** Proxies in front, as CIDR blocks or addresses: what they say of the client in X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** Whether each request leaves a line of JSON on Envoy's standard output. */
  readonly accessLog?: 'json';
  /** Requests are counted by route and rule too. */
  readonly metricsByRoute?: boolean;
}

/**
 * The IR as Envoy's resources: pure and deterministic. `before` is what the group has now; what is as it was keeps its identity. `change` says how the
 * IR differs from that of `before`, so that nothing else is looked at; undefined: anyhow.
 */
export type Translate = (ir: Ir, terms?: EnvoyTerms, before?: EnvoyResources, change?: IrChange) => EnvoyResources;
