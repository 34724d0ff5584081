import { createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes of the secret that the keys of session tickets are made from. */
export const ticketSecretBytes = 32;

/** How long tickets of one secret are understood, milliseconds. */
export const ticketRotationMs = 43_200_000;

/** A secret that nobody has seen. */
export function newTicketSecret(): Buffer {
  return randomBytes(ticketSecretBytes);
}

/** The keys that encrypt session tickets: the same in all processes that know the secret, others for each purpose. */
export class TicketKeys {
  private secret: Buffer | undefined;

  constructor(secret?: Buffer) {
    this.secret = secret;
  }

  /** Tickets made so far are not understood any more; whoever shows one makes a full handshake. */
  rotate(secret: Buffer): void {
    this.secret = secret;
  }

  /** 48 bytes as `tls.Server.setTicketKeys` takes them. A ticket is of use for one purpose only, so it carries no client past a check. */
  keysFor(purpose: string): Buffer {
    this.secret ??= newTicketSecret();
    return Buffer.from(hkdfSync('sha256', this.secret, '', createHash('sha256').update(purpose).digest(), 48));
  }
}
