import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type ClientFacts, factsOf } from '../http1/client-facts.ts';
import type { Door, ServedConnection } from '../http1/door.ts';
import type { Runtime } from '../runtime.ts';
import {
  COMPRESSION_ERROR, ENHANCE_YOUR_CALM, INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE, mostWindow, NO_ERROR, preface, PROTOCOL_ERROR,
  REFUSED_STREAM, STREAM_CLOSED,
} from './frames.ts';
import { Timer } from '../time/wheel.ts';
import { MessageText } from './message-text.ts';
import { ServerStream } from './server-stream.ts';
import { Session, streamWindow } from './session.ts';

const message = new MessageText();
/** Requests of one client at a time. */
const mostStreams = 128;
/** How long a client has to hear that it should leave. */
const mostLeaveMs = 1000;
/** Bytes that may wait for a client that does not take its answers, before no more requests are read. */
const mostUnsent = 1 << 20;

/** One connection of a client that speaks HTTP/2: by ALPN, or by prior knowledge where `early` holds what was read already. */
export class ServerSession extends Session<ServerStream> implements ServedConnection {
  readonly door: Door;
  readonly facts: ClientFacts;
  /** Server name of the TLS handshake, lower case; `''` for none or no TLS. */
  readonly serverName: string;
  /** The beginning of the preface; undefined once all of it has come. */
  private greeting: Buffer | undefined = Buffer.alloc(0);
  private starting: ServerStream[] = [];
  private isLeaving = false;
  /** Set once the client was told to leave. */
  private leaveTimer: Timer | undefined;
  /** The client takes nothing, so it is not read until it does. */
  private isStalled = false;

  constructor(socket: Socket, door: Door, runtime: Runtime) {
    super(socket, runtime);
    this.door = door;
    const { servername } = socket as Partial<TLSSocket>;
    this.serverName = typeof servername === 'string' ? servername.toLowerCase() : '';
    this.facts = factsOf(socket, 'encrypted' in socket ? 'https' : 'http', runtime);
    runtime.stats.connections++;
    runtime.stats.activeConnections++;
    socket.on('data', (piece: Buffer) => this.read(piece));
    socket.on('drain', () => this.drained());
    socket.on('end', () => this.ended());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.closed());
    this.greet([[MAX_CONCURRENT_STREAMS, mostStreams], [INITIAL_WINDOW_SIZE, streamWindow], [MAX_HEADER_LIST_SIZE, runtime.options.limits.headBytes]]);
    runtime.wheel.arm(this.timer, runtime.options.timeouts.headMs);
  }

  /** Windows of a new stream. */
  get windows(): { readonly send: number; readonly receive: number } {
    return { send: this.peer.initialWindow, receive: streamWindow };
  }

  /** Nothing is under way: the connection can be closed without harm. */
  get isIdle(): boolean {
    return this.streams.size === 0;
  }

  /** Takes no new streams; those under way end in peace (RFC 9113 section 6.8). */
  leave(): void {
    if (this.isLeaving || this.isEnding || this.leaveTimer !== undefined) return;
    // In two steps: requests that are on their way before the client hears of it are answered too.
    this.writer.goAway(mostWindow, NO_ERROR);
    this.writer.ping();
    this.leaveTimer = new Timer(() => this.leaveNow());
    this.runtime.wheel.arm(this.leaveTimer, mostLeaveMs);
  }

  /** The client has heard that it should leave, or does not listen, or may not stay. */
  leaveNow(): void {
    if (this.leaveTimer !== undefined) this.runtime.wheel.remove(this.leaveTimer);
    if (this.isLeaving || this.isEnding) return;
    this.isLeaving = true;
    if (this.isIdle) this.fail(NO_ERROR);
    else this.writer.goAway(this.lastPeerStream, NO_ERROR);
  }

  protected override onPingAck(): void {
    if (this.leaveTimer !== undefined) this.leaveNow();
  }

  /** Bytes of the client. Requests begin when all that came at once has been read, so that small bodies go with their heads. */
  read(piece: Buffer): void {
    const rest = this.greeting === undefined ? piece : this.readPreface(piece);
    if (rest === undefined || rest.length === 0) return;
    this.receive(rest);
    if (this.starting.length > 0) {
      const starting = this.starting;
      this.starting = [];
      for (const stream of starting) stream.begin();
    }
    if (this.writer.waiting > mostUnsent && !this.isEnding) this.stall();
  }

  private stall(): void {
    this.isStalled = true;
    this.socket.pause();
    this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.writeMs);
  }

  private endStall(): void {
    this.isStalled = false;
    this.socket.resume();
    this.expectNext();
  }

  private readPreface(piece: Buffer): Buffer | undefined {
    const come = Buffer.concat([this.greeting as Buffer, piece]);
    const size = Math.min(come.length, preface.length);
    if (come.toString('latin1', 0, size) !== preface.slice(0, size)) {
      this.fail(PROTOCOL_ERROR);
      return undefined;
    }
    this.greeting = size < preface.length ? come : undefined;
    if (this.greeting !== undefined) return undefined;
    this.expectNext();
    return come.subarray(size);
  }

  private expectNext(): void {
    if (this.isStalled) return;
    this.runtime.wheel.arm(this.timer, this.streams.size === 0 ? this.runtime.options.timeouts.idleMs : 0);
  }

  protected isUnopened(stream: number): boolean {
    return stream % 2 === 0 || stream > this.lastPeerStream;
  }

  protected onHeaders(id: number, block: Buffer, isLast: boolean): number {
    const known = this.streams.get(id);
    const isNew = id > this.lastPeerStream;
    if (id % 2 === 0) return PROTOCOL_ERROR;
    message.begin(isNew ? 'request' : 'trailers', this.runtime.options.limits.headBytes);
    if (!this.decoder.decode(block, 0, block.length, message.take)) return COMPRESSION_ERROR;
    if (isNew) return this.openStream(id, isLast);
    if (known === undefined) return this.isRemembered(id) ? NO_ERROR : STREAM_CLOSED;
    if (known.isRemoteEnded) return this.breakStream(known, STREAM_CLOSED);
    if (!isLast) return this.breakStream(known, PROTOCOL_ERROR);
    known.onTrailers(message);
    return NO_ERROR;
  }

  private openStream(id: number, isLast: boolean): number {
    this.lastPeerStream = id;
    if (this.isLeaving || this.streams.size >= mostStreams) return this.refuseStream(id, REFUSED_STREAM);
    if (!message.isTooLarge && !message.isRequest) return this.refuseStream(id, PROTOCOL_ERROR);
    const stream = new ServerStream(id, this, message, isLast);
    if (!stream.isLengthKept) return this.refuseStream(id, PROTOCOL_ERROR);
    if (this.streams.size === 0) this.runtime.wheel.arm(this.timer, 0);
    this.streams.set(id, stream);
    this.starting.push(stream);
    if (this.door.isClosing) this.leave();
    return NO_ERROR;
  }

  private refuseStream(id: number, code: number): number {
    this.writer.reset(id, code);
    this.remember(id);
    this.expectNext();
    return this.spendReset() ? NO_ERROR : ENHANCE_YOUR_CALM;
  }

  /** Tells a client that waits for it to send its body (RFC 9113 section 8.1). */
  sendContinue({ id, place }: ServerStream): void {
    this.encoder.begin();
    this.encoder.field(':status', '100');
    this.writer.headers(id, this.encoder.end(), 0, place);
  }

  /** A client that goes away has its streams reset; ours are pushed never, so there is nothing else to end. */
  protected onGoAway(): void {
    this.isLeaving = true;
    if (this.isIdle) this.fail(NO_ERROR);
  }

  protected onSettings(): void {
    // Windows and tables have been set already.
  }

  /** A stream that has answered needs no more of its request (RFC 9113 section 8.1). */
  protected onLocalEnd(stream: ServerStream): void {
    stream.disarm();
    this.earnReset();
    if (stream.isRemoteEnded) this.forget(stream);
    else this.reset(stream, NO_ERROR);
  }

  protected onForgotten(): void {
    if (this.streams.size > 0) return;
    if (this.isLeaving) this.fail(NO_ERROR);
    else this.expectNext();
    if (this.door.isClosing) this.leave();
  }

  private drained(): void {
    if (this.isStalled && !this.isEnding) this.endStall();
    for (const stream of this.streams.values()) {
      if (stream.pendingBytes === 0) stream.onDrained();
    }
  }

  /** A client that sends no more takes no more either: there is no half-closed HTTP/2. */
  private ended(): void {
    this.writer.flush();
    this.loseStreams();
    this.socket.end();
    this.socket.destroySoon();
  }

  private closed(): void {
    this.runtime.stats.activeConnections--;
    this.isEnding = true;
    this.runtime.wheel.remove(this.timer);
    if (this.leaveTimer !== undefined) this.runtime.wheel.remove(this.leaveTimer);
    this.loseStreams();
    this.door.forget(this);
  }

  protected expire(): void {
    if (this.isEnding || this.isStalled) this.socket.destroy();
    else if (this.streams.size === 0 || this.isInBlock) this.fail(NO_ERROR);
  }
}
