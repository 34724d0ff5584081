import type { DeltaRequest, DeltaResponse } from '../delta/messages.ts';

/** A client that has just come in, and may have the configuration of its group. */
export interface Peer {
  readonly group: string;
  readonly instance: string;
  send(response: DeltaResponse): void;
}

/** What is said to one client, until its stream ends. */
export interface Conversation {
  take(request: DeltaRequest): void;
  close(): void;
}

/** Resources of some types, for clients in groups. */
export interface Discovery {
  serves(typeUrl: string): boolean;
  join(peer: Peer): Conversation;
}
