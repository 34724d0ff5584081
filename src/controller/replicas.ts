import { createHmac } from 'node:crypto';
import { BulletinReader } from '../xds/index.ts';

export interface ReplicasOptions {
  /** `host:port` of the others, as they are now. */
  addresses(): readonly string[];
  /** Name in their certificate, which is ours too. */
  readonly serverName: string;
  /** PEM of who may vouch for them; undefined: nobody is known yet. */
  authority(): string | undefined;
  /** What all replicas share and nobody else has; undefined: not known yet. */
  key(): string | undefined;
  onTold(replica: string, gateway: string, text: string | undefined): void;
  onLost(replica: string): void;
  onTrouble(message: string): void;
}

/** Hears what the other replicas of the controller know of the data planes that follow them. */
export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #readers = new Map<string, BulletinReader>();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** Looks who is there now. */
  look(): void {
    const { addresses, authority, key } = this.#options;
    const wanted = authority() === undefined || key() === undefined ? [] : addresses();
    for (const [address, reader] of this.#readers) {
      if (wanted.includes(address)) continue;
      reader.stop();
      this.#readers.delete(address);
    }
    for (const address of wanted) if (!this.#readers.has(address)) this.#hear(address);
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.stop();
    this.#readers.clear();
  }

  #hear(address: string): void {
    const { serverName, authority, key, onTold, onLost, onTrouble } = this.#options;
    const reader = new BulletinReader({
      server: address, serverName, authority: () => authority() ?? '', token: () => replicaToken(key() ?? ''),
      onTold: (gateway, text) => onTold(address, gateway, text), onLost: () => onLost(address), onTrouble,
    });
    this.#readers.set(address, reader);
    void reader.run();
  }
}

/** By which replicas know each other: made of the private key that they share, which it does not tell. */
export function replicaToken(key: string): string {
  return createHmac('sha256', key).update('postern.dev replica of the controller').digest('base64url');
}
