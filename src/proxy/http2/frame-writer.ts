import type { Socket } from 'node:net';
import { atEndOfTurn, type TurnWriter } from '../time/turn.ts';
import { CONTINUATION, DATA, END_HEADERS, END_STREAM, frameBytes, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE } from './frames.ts';

const roomBytes = 32_768;

/** Where the last frame of a stream lies, so that END_STREAM can still be set on it. */
export interface FramePlace {
  batch: number;
  flagsAt: number;
}

/** Gathers the frames of one event-loop turn and writes them once. */
export class FrameWriter implements TurnWriter {
  private readonly socket: Socket;
  private buffer = Buffer.allocUnsafeSlow(roomBytes);
  private at = 0;
  /** Counts the writes; a place of an earlier batch has gone out. */
  private batch = 0;
  private isScheduled = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Bytes that wait here and in the socket. */
  get waiting(): number {
    return this.at + this.socket.writableLength;
  }

  settings(pairs: readonly (readonly [number, number])[]): void {
    this.begin(pairs.length * 6, SETTINGS, 0, 0);
    for (const [id, value] of pairs) {
      this.at = this.buffer.writeUInt16BE(id, this.at);
      this.at = this.buffer.writeUInt32BE(value, this.at);
    }
  }

  settingsAck(): void {
    this.begin(0, SETTINGS, 1, 0);
  }

  pingAck(payload: Buffer): void {
    this.begin(8, PING, 1, 0);
    this.at += payload.copy(this.buffer, this.at);
  }

  ping(): void {
    this.begin(8, PING, 0, 0);
    this.buffer.fill(0, this.at, this.at += 8);
  }

  goAway(lastStream: number, code: number): void {
    this.begin(8, GOAWAY, 0, 0);
    this.at = this.buffer.writeUInt32BE(lastStream, this.at);
    this.at = this.buffer.writeUInt32BE(code, this.at);
  }

  reset(stream: number, code: number): void {
    this.begin(4, RST_STREAM, 0, stream);
    this.at = this.buffer.writeUInt32BE(code, this.at);
  }

  windowUpdate(stream: number, bytes: number): void {
    this.begin(4, WINDOW_UPDATE, 0, stream);
    this.at = this.buffer.writeUInt32BE(bytes, this.at);
  }

  /** A header block, cut into CONTINUATION frames where it is long. `flags`: END_STREAM or 0. */
  headers(stream: number, block: Buffer, flags: number, place: FramePlace): void { // oxlint-disable-line max-params -- a frame's parts.
    let from = 0;
    do {
      const to = Math.min(block.length, from + frameBytes);
      const isLast = to === block.length ? END_HEADERS : 0;
      this.begin(to - from, from === 0 ? HEADERS : CONTINUATION, isLast | (from === 0 ? flags : 0), stream);
      if (from === 0) this.note(place);
      this.at += block.copy(this.buffer, this.at, from, to);
      from = to;
    } while (from < block.length);
  }

  /** One DATA frame, at most `frameBytes` long. */
  data(stream: number, piece: Buffer, range: { readonly from: number; readonly to: number }, place: FramePlace): void { // oxlint-disable-line max-params -- a frame's parts.
    this.begin(range.to - range.from, DATA, 0, stream);
    this.note(place);
    this.at += piece.copy(this.buffer, this.at, range.from, range.to);
  }

  /** Ends a stream with the last frame that it sent, where that has not gone out yet, else with an empty one. */
  endStream(stream: number, place: FramePlace): void {
    if (place.batch === this.batch) this.buffer[place.flagsAt] = (this.buffer[place.flagsAt] as number) | END_STREAM;
    else this.begin(0, DATA, END_STREAM, stream);
  }

  private note(place: FramePlace): void {
    place.batch = this.batch;
    place.flagsAt = this.at - 5;
  }

  private begin(length: number, type: number, flags: number, stream: number): void { // oxlint-disable-line max-params -- a frame's head.
    if (this.at + 9 + length > this.buffer.length) this.flush();
    const { buffer } = this;
    let { at } = this;
    buffer[at++] = length >> 16;
    buffer[at++] = (length >> 8) & 255;
    buffer[at++] = length & 255;
    buffer[at++] = type;
    buffer[at++] = flags;
    this.at = buffer.writeUInt32BE(stream, at);
    if (this.isScheduled) return;
    this.isScheduled = true;
    atEndOfTurn(this);
  }

  writeOut(): void {
    this.isScheduled = false;
    this.flush();
  }

  /** Writes what was gathered. The buffer is used again only where the system has taken all of it. */
  flush(): void {
    if (this.at === 0) return;
    const { socket } = this;
    this.batch++;
    const bytes = this.buffer.subarray(0, this.at);
    this.at = 0;
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(bytes);
    if (socket.writableLength > 0) this.buffer = Buffer.allocUnsafeSlow(roomBytes);
  }
}
