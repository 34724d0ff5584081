import type { SharedHandle } from '../listen/shared-handle.ts';
import type { SocketSource } from '../listen/socket-source.ts';

type Open = (handle: SharedHandle | undefined) => void;

/** The ports that this worker was sent. A worker that waits as a spare is configured before any come, and listens once they do. */
export class DeliveredSockets implements SocketSource {
  private readonly delivered = new Map<string, SharedHandle | undefined>();
  private readonly waiting = new Map<string, Open>();

  /** A port came; without a handle for one that may be bound now. */
  deliver(place: string, handle: SharedHandle | undefined): void {
    const open = this.waiting.get(place);
    if (open === undefined) {
      this.delivered.get(place)?.close();
      this.delivered.set(place, handle);
      return;
    }
    this.waiting.delete(place);
    open(handle);
  }

  take(place: string, open: Open): void {
    if (!this.delivered.has(place)) {
      this.waiting.set(place, open);
      return;
    }
    const handle = this.delivered.get(place);
    this.delivered.delete(place);
    open(handle);
  }

  /** Closes what nobody wants: called after an apply, which takes all that is in its configuration. */
  dropUntaken(): void {
    for (const handle of this.delivered.values()) handle?.close();
    this.delivered.clear();
  }

  forget(place: string): void {
    this.waiting.delete(place);
  }
}
