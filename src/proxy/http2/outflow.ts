import { addPiece, isSmall } from '../pieces.ts';
import type { FrameWriter } from './frame-writer.ts';
import { defaultWindow, frameBytes } from './frames.ts';
import type { Stream } from './stream.ts';

/** Who is told what the windows let out. */
export interface OutflowOwner<S extends Stream> {
  /** A frame of DATA has gone out. */
  onSent(): void;
  /** All of a stream that is to end has gone out; `trailers` as in its `ending`. */
  onAllSent(stream: S, trailers: string): void;
}

/** The DATA that one connection sends: as much as the peer's windows let out, the rest later (RFC 9113 section 5.2). */
export class Outflow<S extends Stream> {
  /** Bytes that the peer takes on all streams together. */
  window: number = defaultWindow;
  private readonly writer: FrameWriter;
  private readonly owner: OutflowOwner<S>;
  /** Streams with pending DATA, longest waiting first. */
  private readonly blocked: Set<S> = new Set();

  constructor(writer: FrameWriter, owner: OutflowOwner<S>) {
    this.writer = writer;
    this.owner = owner;
  }

  /** Sends a range of a buffer as far as the windows let it; keeps a copy of the rest. */
  send(stream: S, buffer: Buffer, from: number, to: number): void { // oxlint-disable-line max-params -- a stream and a range.
    const sent = stream.pendingBytes > 0 ? from : this.sendRange(stream, buffer, from, to);
    if (sent === to) return;
    const rest = buffer.subarray(sent, to);
    addPiece(stream.pending, isSmall(rest) ? rest : Buffer.from(rest));
    stream.pendingBytes += to - sent;
    this.blocked.add(stream);
  }

  private sendRange(stream: S, buffer: Buffer, from: number, to: number): number { // oxlint-disable-line max-params -- a stream and a range.
    let at = from;
    while (at < to) {
      const size = Math.min(to - at, frameBytes, stream.sendWindow, this.window);
      if (size <= 0) break;
      this.writer.data(stream.id, buffer, { from: at, to: at + size }, stream.place);
      stream.sendWindow -= size;
      this.window -= size;
      at += size;
      this.owner.onSent();
    }
    return at;
  }

  /** The windows have grown: every blocked stream in turn sends a frame, as long as any can. */
  sendPending(): void {
    for (let goesOn = true; goesOn && this.window > 0;) {
      goesOn = false;
      for (const stream of this.blocked) {
        if (this.sendFirst(stream)) goesOn = true;
      }
    }
  }

  private sendFirst(stream: S): boolean {
    const piece = stream.pending[0] as Buffer;
    const sent = this.sendRange(stream, piece, 0, Math.min(piece.length, frameBytes));
    if (sent === 0) return false;
    stream.pendingBytes -= sent;
    if (sent < piece.length) stream.pending[0] = piece.subarray(sent);
    else stream.pending.shift();
    if (stream.pendingBytes > 0) return true;
    this.blocked.delete(stream);
    if (stream.ending !== undefined) this.owner.onAllSent(stream, stream.ending);
    else stream.onDrained();
    return false;
  }

  /** What a stream still had to send is dropped. */
  forget(stream: S): void {
    this.blocked.delete(stream);
    stream.pending.length = 0;
    stream.pendingBytes = 0;
  }

  /** The connection is gone: nothing waits any more. */
  forgetAll(): void {
    this.blocked.clear();
  }
}
