import type { Socket } from 'node:net';
import type { SocketTable } from '../route/socket-table.ts';

/** A client connection, as the door that let it in sees it. */
export interface ServedConnection {
  readonly socket: Socket;
  /** Nothing is under way: the connection can be closed without harm. */
  readonly isIdle: boolean;
  /** Takes no more requests, says so to the client, and ends with those under way; where the protocol can do that. */
  leave?(): void;
  /** Takes no more requests from now on, since its client did not show what clients must show; those under way end. */
  leaveNow?(): void;
}

/** Where a client connection came in. */
export interface Door {
  /** What is served there now. */
  readonly table: SocketTable;
  /** No request may follow the current one. */
  readonly isClosing: boolean;
  forget(connection: ServedConnection): void;
  /** The first bytes of a connection turned out to be HTTP/2. */
  beginHttp2(socket: Socket, early: Buffer): void;
}
