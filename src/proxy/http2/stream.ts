import type { FramePlace } from './frame-writer.ts';

/** What both sides of HTTP/2 keep of one stream: windows, and what waits to be sent. */
export abstract class Stream {
  readonly id: number;
  /** Bytes that we may send. */
  sendWindow: number;
  /** Bytes that the peer may still send. */
  receiveRoom: number;
  /** Bytes that came and have gone on, for which no WINDOW_UPDATE was sent yet. */
  consumed = 0;
  isRemoteEnded = false;
  isLocalEnded = false;
  /** DATA that the windows do not let out yet. */
  readonly pending: Buffer[] = [];
  pendingBytes = 0;
  /** Trailer lines that end the stream once nothing is pending; undefined while more may come. */
  ending: string | undefined;
  readonly place: FramePlace = { batch: -1, flagsAt: 0 };

  constructor(id: number, windows: { readonly send: number; readonly receive: number }) {
    this.id = id;
    this.sendWindow = windows.send;
    this.receiveRoom = windows.receive;
  }

  /** A piece of the body; the buffer may be used again afterwards. `isLast`: the peer's side ends with it. */
  abstract onData(piece: Buffer, isLast: boolean): void;
  /** The windows let everything out. */
  abstract onDrained(): void;
  /** The peer gave the stream up. */
  abstract onReset(code: number): void;
  /** The connection is gone, and the stream with it. */
  abstract onLost(): void;
  /** The peer broke a rule on this stream, which has been reset. */
  abstract onBroken(): void;
}
