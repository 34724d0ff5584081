import type { Table } from '../base/index.ts';

/** What a data plane made of one listener. */
export type ListenerReport =
  | { readonly state: 'serving' }
  | { readonly state: 'failed'; readonly reason: 'PortUnavailable' | 'AddressNotUsable' | 'Invalid'; readonly message: string };

/** What a data plane made of an IR: the only thing that flows back to the left. */
export interface ApplyReport {
  /** By listener key of the IR. */
  readonly listeners: Table<ListenerReport>;
}
