import type { EndpointPool } from './endpoint-pool.ts';
import type { ResponseReceiver } from './receiver.ts';

/** One request on its way to an endpoint, whatever the protocol: what an exchange needs of a connection. */
export interface UpstreamCall {
  /** Where it goes; undefined while it waits for its turn. */
  readonly endpoint: EndpointPool | undefined;
  /** Pieces of the body can be written. */
  readonly isConnected: boolean;
  /** Begins a request. `text` is its head in HTTP/1.1 form, with the body behind it where `isWhole`; else pieces and `finishRequest` follow. */
  send(receiver: ResponseReceiver, text: string, isWhole: boolean): void;
  /** A piece of the body, framed for HTTP/1, bare for HTTP/2; false where the backend is slow and `onDrain` follows. */
  write(piece: Buffer): boolean;
  /** The last byte of the request has been given. `trailers`: lines each with CRLF, where the protocol frames the body itself. */
  finishRequest(trailers: string): void;
  /** Reads on after the receiver's `flush` had answered false. */
  resume(): void;
  /** Takes no more of the answer, whose head has come; the connection is kept where the rest costs little. */
  discard(): void;
  /** Ends the call and tells nobody. */
  destroy(): void;
  /** In a tunnel: no more bytes follow. */
  endTunnel(): void;
}
