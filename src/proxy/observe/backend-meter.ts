import type { BackendKey } from '../../ir/index.ts';
import { refKey, type Origin } from '../../contract/index.ts';

/** What is counted on the way to one backend. It outlives pools and their variants. */
export class BackendMeter {
  readonly key: BackendKey;
  origin: Origin | undefined;
  connects = 0;
  connectFailures = 0;
  activeConnections = 0;

  constructor(key: BackendKey, origin: Origin | undefined) {
    this.key = key;
    this.origin = origin;
  }

  /** A connection to one of its endpoints was begun. */
  opened(): void {
    this.connects++;
    this.activeConnections++;
  }

  /** What follows the object in the key: the port of a Service. */
  get port(): string {
    return this.origin === undefined || !this.key.startsWith(refKey(this.origin)) ? '' : this.key.slice(refKey(this.origin).length + 1);
  }
}
