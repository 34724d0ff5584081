import type { SharedHandle } from './shared-handle.ts';

/** Where ports come from that are not this process's own: another one has bound them, and lends them by `placeId`. */
export interface SocketSource {
  /** `open` runs once the port is there: at once, or later. UDP ports come without a handle: they may be bound from then on. */
  take(place: string, open: (handle: SharedHandle | undefined) => void): void;
  /** The port is no longer wanted. */
  forget(place: string): void;
}
