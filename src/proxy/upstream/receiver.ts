import type { BodySink, ChunkMode } from '../http1/chunked.ts';
import type { ResponseHead } from '../http1/response-head.ts';

/** Why a try ended without a whole response; `overloaded`, `tls-refused`: it was never sent; `refused`: the backend says that it did nothing with the request (RFC 9113 section 8.7). */
export type UpstreamFault = 'overloaded' | 'tls-refused' | 'name-failed' | 'connect-failed' | 'connect-timeout' | 'handshake-failed' | 'backend-closed' | 'bad-response' | 'refused';

/** Who gets the response of one request: what a connection to a backend needs to know and whom it tells. */
export interface ResponseReceiver extends BodySink {
  /** The request was HEAD. */
  readonly toHead: boolean;
  /** The other protocol that the request asked for, `''` for none. */
  readonly upgrade: string;
  /** How a chunked body is to come. */
  readonly chunkMode: ChunkMode;
  onConnected(): void;
  /** A 1xx head; offsets of the scan are valid during the call. */
  onInterim(head: ResponseHead): void;
  /** The final head; offsets of the scan are valid during the call. */
  onHead(head: ResponseHead): void;
  /** The backend switched protocols; from now on bytes are the other protocol's. */
  onSwitch(head: ResponseHead): void;
  /**
   * As `bytes`, but the buffer stays as it is until the client has taken them: when `flush` answers true, or later when the client takes more.
   * Absent where bytes are copied anyhow.
   */
  lend?(buffer: Buffer, from: number, to: number): void;
  /** Sends what was gathered; false where the client is slow and the backend should wait. */
  flush(): boolean;
  /** The response is complete. `trailers`: lines each with CRLF, where the body came without its chunks. */
  onEnd(trailers: string): void;
  /** The backend takes more of the request body. */
  onDrain(): void;
  /** The try is over. `heard`: part of a response had come. `isReused`: the connection had carried a request before. */
  onFault(fault: UpstreamFault, heard: boolean, isReused: boolean): void;
  /** In a tunnel: the backend ended its side. */
  onTunnelEnd(): void;
  /** In a tunnel: the connection is gone. */
  onTunnelClosed(): void;
}
