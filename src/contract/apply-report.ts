import type { Table } from '../base/index.ts';
import type { Origin } from './object-ref.ts';

/** What a data plane made of one listener. */
export type ListenerReport =
  /** `but`: what is not as it should be all the same, a sentence. */
  | { readonly state: 'serving'; readonly but?: string }
  | { readonly state: 'failed'; readonly reason: 'PortUnavailable' | 'AddressNotUsable' | 'Invalid'; readonly message: string };

/** What a data plane made of an IR: the only thing that flows back to the left. */
export interface ApplyReport {
  /** By listener key of the IR. */
  readonly listeners: Table<ListenerReport>;
  /** By `namespace/name`; absent where the data plane is this process. */
  readonly gateways?: Table<GatewayReport>;
  /** What the data plane does not take of what was thought possible; the rest is served. Absent: nothing. */
  readonly refused?: readonly RefusedPart[];
}

/** A part of a route that a data plane refuses: its requests get 500. */
export interface RefusedPart {
  readonly origin: Origin;
  /** Of the Gateway whose data planes refuse it: `namespace/name`; absent: of all. */
  readonly gateway?: string;
  /** What the data plane says. */
  readonly why: string;
}

/** What is to be said of all data planes of a Gateway. */
export interface GatewayReport {
  /** What the newest configuration waits for; absent where all have it. No sentence yet. */
  readonly waiting?: string;
  /** What is wrong although the Gateway is served, a sentence. */
  readonly but?: string;
  /** Why its pods or its Service are not as they should be, a sentence. */
  readonly problem?: string;
}
