import type { ListenerReport } from '../../contract/index.ts';
import type { StreamTable } from '../l4/stream-table.ts';
import type { SocketTable } from '../route/socket-table.ts';
import type { CertificateTable } from '../tls/certificates.ts';

/** Where to bind: an IP address and a port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What is served on one socket. */
export interface Serving {
  readonly table: SocketTable;
  /** Present where a listener carries bytes or datagrams. */
  readonly streams: StreamTable | undefined;
  /** Present where a listener ends TLS. */
  readonly certificates: CertificateTable | undefined;
}

/** `prompt`: idle connections end at once. `patient`: they may carry one more request, since a client may just be sending it. */
export type Leaving = 'prompt' | 'patient';

/** An address and port that is bound, for TCP or UDP. */
export interface BoundDoor {
  /** Nothing is under way. */
  readonly isEmpty: boolean;
  /** Binds, or takes the port `id` from those that are lent, and answers what became of it. */
  open(place: Place, id: string): Promise<ListenerReport>;
  /** The address and port really bound. */
  readonly bound: Place | undefined;
  swap(serving: Serving): void;
  /** Accepts no more. */
  close(manner: Leaving): void;
  /** Ends what is under way. */
  cut(): void;
  /** Other keys for session tickets are in force. */
  renewTickets?(): void;
}

/** What a failed bind means for the listeners there. */
export function bindFailure(error: NodeJS.ErrnoException, place: Place): ListenerReport {
  const where = `${place.address}:${place.port}`;
  switch (error.code) {
    case 'EADDRINUSE': return { state: 'failed', reason: 'PortUnavailable', message: `${where} is in use by another program` };
    case 'EADDRNOTAVAIL': return { state: 'failed', reason: 'AddressNotUsable', message: `${place.address} is not an address of this machine` };
    case 'EACCES': return { state: 'failed', reason: 'AddressNotUsable', message: `No right to bind ${where}` };
    default: return { state: 'failed', reason: 'Invalid', message: `Cannot bind ${where}: ${error.message}` };
  }
}
