import type { Socket } from 'node:net';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { Budget } from './budget.ts';
import { FrameWriter } from './frame-writer.ts';
import * as h2 from './frames.ts';
import { HeaderBlocks } from './header-blocks.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import { Outflow } from './outflow.ts';
import { PeerSettings } from './settings.ts';
import type { Stream } from './stream.ts';
import { encodeLines } from './write-fields.ts';

/** What a peer may send on one stream, and on the connection, before it hears from us. */
export const streamWindow = 131_072;
const connectionWindow = 1_048_576;
/** Streams that we reset lately: what the peer had sent before it knew is not its fault. */
const mostRemembered = 256;
/** How long, and for how many bytes, a peer whose connection ends may go on sending before it is cut. */
const lingerMs = 1000;
const mostLingerBytes = 1 << 20;

/** One HTTP/2 connection, what both sides have in common: frames, settings, windows and errors (RFC 9113 sections 4 to 7). */
export abstract class Session<S extends Stream> implements h2.FrameSink {
  readonly socket: Socket;
  readonly runtime: Runtime;
  readonly writer: FrameWriter;
  readonly encoder: HpackEncoder = new HpackEncoder();
  protected readonly decoder: HpackDecoder = new HpackDecoder(4096);
  protected readonly streams: Map<number, S> = new Map();
  protected readonly peer: PeerSettings = new PeerSettings();
  /** Highest stream that the peer opened. */
  protected lastPeerStream = 0;
  /** Many clients share the connection: its window is given back when bytes come, so that a slow client cannot stop the others. */
  protected readonly isShared: boolean = false;
  /** GOAWAY was sent because of an error: only the end of the socket is waited for. */
  protected isEnding = false;
  protected readonly timer: Timer;
  private readonly reader: h2.FrameReader = new h2.FrameReader();
  private readonly blocks: HeaderBlocks;
  private hasSettings = false;
  private receiveRoom: number = connectionWindow;
  private consumed = 0;
  private readonly outflow: Outflow<S>;
  private readonly lately: Set<number> = new Set();
  private lingered = 0;
  /** Frames that cost work and bring nothing; streams given up. */
  private readonly control = new Budget(1000, 50);
  private readonly resets = new Budget(500, 50);

  constructor(socket: Socket, runtime: Runtime) {
    this.socket = socket;
    this.runtime = runtime;
    this.writer = new FrameWriter(socket);
    this.outflow = new Outflow(this.writer, { onSent: () => this.control.earn(2), onAllSent: (stream, trailers) => this.endStream(stream, trailers) });
    this.timer = new Timer(() => this.expire());
    // A list that is too large is answered (431) as long as reading it is no burden; beyond that the connection ends.
    this.blocks = new HeaderBlocks(runtime.options.limits.headBytes * 2 + h2.frameBytes);
  }

  /** Our settings and the connection's window: the first that the peer hears. */
  protected greet(settings: readonly (readonly [number, number])[]): void {
    this.writer.settings(settings);
    this.writer.windowUpdate(0, connectionWindow - h2.defaultWindow);
  }

  /** Bytes from the socket; the buffer is free afterwards. */
  protected receive(piece: Buffer): void {
    if (this.isEnding) {
      this.lingered += piece.length;
      if (this.lingered > mostLingerBytes) this.socket.destroy();
      return;
    }
    this.reader.feed(piece, this);
  }

  onOversized(): void {
    this.fail(h2.FRAME_SIZE_ERROR);
  }

  onFrame(frame: h2.Frame): boolean {
    const error = this.readFrame(frame);
    if (error !== h2.NO_ERROR) this.fail(error);
    return !this.isEnding;
  }

  /** Handles one frame; answers the error that ends the connection, or NO_ERROR. */
  private readFrame(frame: h2.Frame): number {
    const { type, stream } = frame;
    if (!this.hasSettings && (type !== h2.SETTINGS || (frame.flags & h2.ACK) !== 0)) return h2.PROTOCOL_ERROR;
    if (this.blocks.stream !== 0) {
      return type === h2.CONTINUATION && stream === this.blocks.stream ? this.readBlock(frame, frame.from, frame.to) : h2.PROTOCOL_ERROR;
    }
    switch (type) {
      case h2.DATA: return this.readData(frame);
      case h2.HEADERS: return this.readHeaders(frame);
      case h2.PUSH_PROMISE: case h2.CONTINUATION: return h2.PROTOCOL_ERROR;
      default:
        if (!this.spendControl()) return h2.ENHANCE_YOUR_CALM;
        return this.readControl(frame);
    }
  }

  private readControl(frame: h2.Frame): number {
    const length = frame.to - frame.from;
    switch (frame.type) {
      case h2.PRIORITY: return this.readPriority(frame, length);
      case h2.RST_STREAM: return this.readReset(frame, length);
      case h2.SETTINGS: return this.readSettings(frame, length);
      case h2.PING:
        if (frame.stream !== 0) return h2.PROTOCOL_ERROR;
        if (length !== 8) return h2.FRAME_SIZE_ERROR;
        if ((frame.flags & h2.ACK) === 0) this.writer.pingAck(frame.buffer.subarray(frame.from, frame.to));
        else this.onPingAck();
        return h2.NO_ERROR;
      case h2.GOAWAY:
        if (frame.stream !== 0) return h2.PROTOCOL_ERROR;
        if (length < 8) return h2.FRAME_SIZE_ERROR;
        this.onGoAway(frame.buffer.readUInt32BE(frame.from) & h2.mostWindow);
        return h2.NO_ERROR;
      case h2.WINDOW_UPDATE: return this.readWindowUpdate(frame, length);
      default: return h2.NO_ERROR;
    }
  }

  /** The range of a frame without its padding; -1 where the padding is longer than the frame. */
  private unpadded(frame: h2.Frame): number {
    if ((frame.flags & h2.PADDED) === 0) return frame.to;
    if (frame.from === frame.to) return -1;
    const end = frame.to - (frame.buffer[frame.from++] as number);
    return end < frame.from ? -1 : end;
  }

  private readData(frame: h2.Frame): number {
    const size = frame.to - frame.from;
    if (frame.stream === 0 || this.isUnopened(frame.stream)) return h2.PROTOCOL_ERROR;
    if (size > this.receiveRoom) return h2.FLOW_CONTROL_ERROR;
    this.receiveRoom -= size;
    if (this.isShared) this.consumeConnection(size);
    const end = this.unpadded(frame);
    if (end < 0) return h2.PROTOCOL_ERROR;
    const stream = this.streams.get(frame.stream);
    const isLast = (frame.flags & h2.END_STREAM) !== 0;
    if (end === frame.from && !isLast && !this.spendControl()) return h2.ENHANCE_YOUR_CALM;
    if (stream === undefined || stream.isRemoteEnded) {
      this.consume(undefined, size);
      return this.lately.has(frame.stream) ? h2.NO_ERROR : this.strayFrame(frame.stream);
    }
    if (size > stream.receiveRoom) return this.breakStream(stream, h2.FLOW_CONTROL_ERROR);
    stream.receiveRoom -= size;
    // Padding is done with at once.
    if (size > end - frame.from) this.consume(stream, size - (end - frame.from));
    if (isLast) stream.isRemoteEnded = true;
    stream.onData(frame.buffer.subarray(frame.from, end), isLast);
    return h2.NO_ERROR;
  }

  private strayFrame(stream: number): number {
    const known = this.streams.get(stream);
    if (known !== undefined) return this.breakStream(known, h2.STREAM_CLOSED);
    this.writer.reset(stream, h2.STREAM_CLOSED);
    return this.spendReset() ? h2.NO_ERROR : h2.ENHANCE_YOUR_CALM;
  }

  private readHeaders(frame: h2.Frame): number {
    if (frame.stream === 0) return h2.PROTOCOL_ERROR;
    const end = this.unpadded(frame);
    if (end < 0) return h2.PROTOCOL_ERROR;
    let from = frame.from;
    if ((frame.flags & h2.WITH_PRIORITY) !== 0) {
      if (end - from < 5) return h2.FRAME_SIZE_ERROR;
      // A stream that depends on itself (RFC 7540 section 5.3.1): the rest of priorities means nothing any more.
      if ((frame.buffer.readUInt32BE(from) & h2.mostWindow) === frame.stream) return h2.PROTOCOL_ERROR;
      from += 5;
    }
    return this.readBlock(frame, from, end);
  }

  private readBlock(frame: h2.Frame, from: number, to: number): number {
    const result = this.blocks.add(frame, from, to);
    if (result === 'whole') return this.onHeaders(frame.stream, this.blocks.block, (this.blocks.flags & h2.END_STREAM) !== 0);
    if (result !== 'more') return result;
    this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.headMs);
    return h2.NO_ERROR;
  }

  private readPriority(frame: h2.Frame, length: number): number {
    if (frame.stream === 0) return h2.PROTOCOL_ERROR;
    if (length !== 5) return h2.FRAME_SIZE_ERROR;
    return (frame.buffer.readUInt32BE(frame.from) & h2.mostWindow) === frame.stream ? h2.PROTOCOL_ERROR : h2.NO_ERROR;
  }

  private readReset(frame: h2.Frame, length: number): number {
    if (length !== 4) return h2.FRAME_SIZE_ERROR;
    if (frame.stream === 0 || this.isUnopened(frame.stream)) return h2.PROTOCOL_ERROR;
    const stream = this.streams.get(frame.stream);
    if (stream === undefined) return h2.NO_ERROR;
    this.forget(stream);
    stream.onReset(frame.buffer.readUInt32BE(frame.from));
    return this.spendReset() ? h2.NO_ERROR : h2.ENHANCE_YOUR_CALM;
  }

  private readSettings(frame: h2.Frame, length: number): number {
    if (frame.stream !== 0) return h2.PROTOCOL_ERROR;
    if ((frame.flags & h2.ACK) !== 0) return length === 0 ? h2.NO_ERROR : h2.FRAME_SIZE_ERROR;
    if (length % 6 !== 0) return h2.FRAME_SIZE_ERROR;
    const before = this.peer.initialWindow;
    const error = this.peer.take(frame.buffer, frame.from, frame.to);
    if (error !== h2.NO_ERROR) return error;
    this.hasSettings = true;
    this.encoder.limitTable(this.peer.tableBytes);
    this.writer.settingsAck();
    const change = this.peer.initialWindow - before;
    for (const stream of this.streams.values()) {
      stream.sendWindow += change;
      if (stream.sendWindow > h2.mostWindow) return h2.FLOW_CONTROL_ERROR;
    }
    if (change > 0) this.outflow.sendPending();
    this.onSettings();
    return h2.NO_ERROR;
  }

  private readWindowUpdate(frame: h2.Frame, length: number): number {
    if (length !== 4) return h2.FRAME_SIZE_ERROR;
    const bytes = frame.buffer.readUInt32BE(frame.from) & h2.mostWindow;
    if (frame.stream === 0) {
      this.outflow.window += bytes;
      if (bytes === 0) return h2.PROTOCOL_ERROR;
      if (this.outflow.window > h2.mostWindow) return h2.FLOW_CONTROL_ERROR;
    } else {
      if (this.isUnopened(frame.stream)) return h2.PROTOCOL_ERROR;
      const stream = this.streams.get(frame.stream);
      if (stream === undefined) return h2.NO_ERROR;
      stream.sendWindow += bytes;
      if (bytes === 0) return this.breakStream(stream, h2.PROTOCOL_ERROR);
      if (stream.sendWindow > h2.mostWindow) return this.breakStream(stream, h2.FLOW_CONTROL_ERROR);
    }
    this.outflow.sendPending();
    return h2.NO_ERROR;
  }

  /** Ends a stream whose peer broke a rule, and the connection of one that does so all the time. Answers what is left to be done: nothing. */
  breakStream(stream: S, code: number): typeof h2.NO_ERROR {
    this.reset(stream, code);
    stream.onBroken();
    if (!this.spendReset()) this.fail(h2.ENHANCE_YOUR_CALM);
    return h2.NO_ERROR;
  }

  /** Gives a stream up. */
  reset(stream: S, code: number): void {
    this.writer.reset(stream.id, code);
    this.remember(stream.id);
    this.forget(stream);
  }

  protected remember(id: number): void {
    this.lately.add(id);
    if (this.lately.size > mostRemembered) this.lately.delete(this.lately.values().next().value as number);
  }

  /** Counts a stream that was given up at once; false where the peer does so all the time. */
  protected spendReset(): boolean {
    return this.resets.spend(performance.now());
  }

  /** A stream came to its end as it should: who gives up few among many is no attacker. */
  protected earnReset(): void {
    this.resets.earn(0.2);
  }

  /** Counts a frame that brought nothing; false where the peer sends nothing else. */
  protected spendControl(): boolean {
    return this.control.spend(performance.now());
  }

  /** A header block has begun and not ended. */
  protected get isInBlock(): boolean {
    return this.blocks.stream !== 0;
  }

  protected isRemembered(id: number): boolean {
    return this.lately.has(id);
  }

  /** Takes a stream out of all lists; what of its bytes was not consumed yet no longer counts against the connection. */
  protected forget(stream: S): void {
    if (!this.streams.delete(stream.id)) return;
    this.outflow.forget(stream);
    const unread = streamWindow - stream.receiveRoom - stream.consumed;
    if (unread > 0 && !this.isShared) this.consumeConnection(unread);
    this.onForgotten();
  }

  /** Bytes of DATA have gone on: the peer may send as many again. Those of a stream that is gone were given back with it. */
  consume(stream: S | undefined, bytes: number): void {
    if (stream !== undefined && this.streams.get(stream.id) !== stream) return;
    if (!this.isShared) this.consumeConnection(bytes);
    if (stream === undefined) return;
    stream.consumed += bytes;
    if (stream.isRemoteEnded || stream.consumed < streamWindow / 2) return;
    this.writer.windowUpdate(stream.id, stream.consumed);
    stream.receiveRoom += stream.consumed;
    stream.consumed = 0;
  }

  private consumeConnection(bytes: number): void {
    this.consumed += bytes;
    if (this.consumed < connectionWindow / 2) return;
    this.writer.windowUpdate(0, this.consumed);
    this.receiveRoom += this.consumed;
    this.consumed = 0;
  }

  /** Sends a range of a buffer as DATA as far as the windows let it; keeps a copy of the rest. */
  sendData(stream: S, buffer: Buffer, from: number, to: number): void { // oxlint-disable-line max-params -- a stream and a range.
    this.outflow.send(stream, buffer, from, to);
  }

  /** Ends our side behind all that is pending. `trailers`: lines each with CRLF, or `''`. */
  endStream(stream: S, trailers: string): void {
    if (stream.pendingBytes > 0) {
      stream.ending = trailers;
      return;
    }
    if (trailers === '') this.writer.endStream(stream.id, stream.place);
    else {
      this.encoder.begin();
      encodeLines(this.encoder, trailers);
      this.writer.headers(stream.id, this.encoder.end(), h2.END_STREAM, stream.place);
    }
    stream.isLocalEnded = true;
    this.onLocalEnd(stream);
  }

  /** Ends the connection with an error; streams end with it. */
  protected fail(code: number): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.writer.goAway(this.lastPeerStream, code);
    this.writer.flush();
    this.loseStreams();
    this.socket.end();
    this.runtime.wheel.arm(this.timer, lingerMs);
  }

  protected loseStreams(): void {
    const lost = [...this.streams.values()];
    this.streams.clear();
    this.outflow.forgetAll();
    for (const stream of lost) stream.onLost();
  }

  /** A stream of this number has never been opened. */
  protected abstract isUnopened(stream: number): boolean;
  /** A whole header block came; answers the error that ends the connection, or NO_ERROR. */
  protected abstract onHeaders(stream: number, block: Buffer, isLast: boolean): number;
  protected abstract onGoAway(lastStream: number): void;
  /** The peer has read what was sent before a ping of ours. */
  protected onPingAck(): void {
    // Only who pings waits for it.
  }

  protected abstract onSettings(): void;
  /** Our side of a stream has ended. */
  protected abstract onLocalEnd(stream: S): void;
  /** A stream has gone. */
  protected abstract onForgotten(): void;
  protected abstract expire(): void;
}
