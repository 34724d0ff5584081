/** Where a Gateway is reachable: decided outside the pure rooms, read by `lower` and `status`. */
export interface GatewayPlacement {
  /** Addresses given to it; every listener is bound on each that is an IP address. `routability`: whence it is reached (GEP-5093); absent: not said. */
  readonly addresses: readonly { readonly type: 'IPAddress' | 'Hostname'; readonly value: string; readonly routability?: string }[];
  /** Why it has none, or not the one that it asks for; `isPending`: it is not decided yet. */
  readonly refused?: { readonly reason: 'AddressNotUsable' | 'AddressNotAssigned'; readonly message: string; readonly isPending?: boolean };
  /** Entries of `spec.addresses` that got none while others did, each a sentence. */
  readonly unassigned?: readonly string[];
  /** IP addresses that the data plane binds, where they are not those above; then it serves before it has an address. */
  readonly bind?: readonly string[];
  /** Ports that are served at another number: listener port to bound port. */
  readonly ports: ReadonlyMap<number, number>;
}

/** By `namespace/name` of the Gateway. */
export type Placement = ReadonlyMap<string, GatewayPlacement>;
