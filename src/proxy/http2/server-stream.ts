import type { Cause } from '../errors.ts';
import { roomier } from '../filter/external-auth/admission.ts';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import { type Answer, refusalAnswer, shownAnswer } from '../http1/answer.ts';
import { chunkOf, type ChunkMode } from '../http1/chunked.ts';
import type { Exchange, ExchangeClient, ResponseWriter } from '../http1/exchange.ts';
import { exchangeFor } from '../http1/exchange-for.ts';
import { RequestHead } from '../http1/request-head.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { allowedTrailers } from '../http1/trailers.ts';
import { Observation } from '../observe/observation.ts';
import { requestFacts, unreadFacts } from '../observe/request-facts.ts';
import { decide, type Decision, type Destination, type Gated } from '../route/decide.ts';
import type { Limits } from '../options.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { CANCEL, INTERNAL_ERROR, PROTOCOL_ERROR } from './frames.ts';
import { grpcTimeoutMs } from './grpc.ts';
import type { MessageText } from './message-text.ts';
import { encodeAnswer } from './own-answer.ts';
import type { ServerSession } from './server-session.ts';
import { Stream } from './stream.ts';
import { WaitingStream } from './waiting-stream.ts';
import { encodeResponse } from './write-fields.ts';

const head = new RequestHead();
/** A body up to this size that came with its head is sent with it. */
const mostInline = 16_384;

/** One request of a client over HTTP/2, and the way of its answer. */
export class ServerStream extends Stream implements ExchangeClient, ResponseWriter {
  readonly runtime: Runtime;
  readonly writer: ResponseWriter = this;
  readonly observation: Observation;
  readonly chunkMode: ChunkMode = 'unwrap';
  private readonly session: ServerSession;
  private message: { readonly text: string; readonly isTooLarge: boolean; readonly isConnect: boolean; readonly contentLength: number };
  private hasBegun = false;
  /** Body that came before the request was begun. */
  private early: Buffer[] = [];
  private earlyBytes = 0;
  private received = 0;
  private trailers = '';
  /** The backend needs the body in chunks. */
  private wraps = false;
  private toHead = false;
  private isGrpc = false;
  private exchange: Exchange | undefined;
  /** Others are asked whether the request may go on. */
  private waiting: WaitingStream | undefined;
  /** Bytes of the body that the client may send again, though they have not gone on. */
  private prepaid = 0;
  /** Fields that the client may not send as trailers. */
  private takenOut: readonly string[] = [];
  private isHeld = false;
  /** Bytes of the body that the backend was too slow for. */
  private unread = 0;
  private isAnswered = false;
  private timer: Timer | undefined;

  constructor(id: number, session: ServerSession, message: MessageText, isLast: boolean) { // oxlint-disable-line max-params -- what came.
    super(id, session.windows);
    this.session = session;
    this.runtime = session.runtime;
    this.observation = new Observation(session.runtime);
    this.isRemoteEnded = isLast;
    this.message = {
      text: message.requestText(), isTooLarge: message.isTooLarge, isConnect: message.method === 'CONNECT', contentLength: message.contentLength,
    };
  }

  /** Whether a body that ends after `received` bytes has the length that was announced. */
  get isLengthKept(): boolean {
    const { contentLength } = this.message;
    return contentLength < 0 || (this.isRemoteEnded ? this.received === contentLength : this.received <= contentLength);
  }

  onData(piece: Buffer, isLast: boolean): void {
    this.received += piece.length;
    if (!this.isLengthKept) {
      this.session.breakStream(this, PROTOCOL_ERROR);
      return;
    }
    if (this.received > this.runtime.options.limits.bodyBytes && !this.isAnswered) return this.bodyFault('body-too-large');
    if (!this.hasBegun) {
      // The session's buffer is its own only until the next read, and the request begins before that.
      this.early.push(piece);
      this.earlyBytes += piece.length;
      if (this.earlyBytes > mostInline) this.begin();
      return;
    }
    if (this.waiting !== undefined) return this.keep(this.waiting, piece, isLast);
    this.sendBody(piece);
    if (isLast) this.finishBody();
  }

  private keep(waiting: WaitingStream, piece: Buffer, isLast: boolean): void {
    if (waiting.feed(piece) && isLast) waiting.end();
  }

  /** The client's trailers. */
  onTrailers(message: MessageText): void {
    const lines = message.isMalformed || message.isTooLarge ? undefined : allowedTrailers(message.trailerText(), this.runtime.options.limits.headerCount, this.takenOut);
    this.isRemoteEnded = true;
    if (lines === undefined || !this.isLengthKept) {
      this.session.breakStream(this, PROTOCOL_ERROR);
      return;
    }
    this.trailers = lines;
    if (this.waiting !== undefined) this.waiting.end();
    else if (this.hasBegun) this.finishBody();
  }

  /** Routes the request, once all that came with its head has been read. */
  begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const { message, runtime: { stats, options } } = this;
    const isWhole = this.isRemoteEnded && this.earlyBytes <= mostInline && this.trailers === '';
    const cause = this.readHead(isWhole, options.limits);
    this.observe(cause === undefined);
    if (cause !== undefined) {
      stats.refused++;
      return this.refuse(cause);
    }
    stats.requests++;
    this.toHead = head.method === 'HEAD';
    this.isGrpc = head.method === 'POST' && head.header('content-type')?.startsWith('application/grpc') === true;
    if (message.contentLength > options.limits.bodyBytes) return this.refuse('body-too-large');
    this.act(decide(this.session.door.table, this.session.serverName, head, this.observation), isWhole);
  }

  private act(decision: Decision, isWhole: boolean): void { // oxlint-disable-line -- a fact of the request.
    if (typeof decision === 'string') this.refuse(decision);
    else if ('target' in decision) this.forward(decision, isWhole);
    else if ('gate' in decision) this.wait(decision);
    else this.answer(decision);
  }

  /** Others are asked first; what comes of the body meanwhile waits. */
  private wait(gated: Gated): void {
    const { early, message: { text, contentLength }, session: { facts } } = this;
    const waiting = new WaitingStream({ gated, head, text, facts, context: this.observation.facts?.trace?.forwarded, contentLength }, this);
    this.waiting = waiting;
    this.early = [];
    waiting.begin(early, this.isRemoteEnded);
    if (waiting.isGathering && waiting.expectsContinue && this.waiting === waiting) this.session.sendContinue(this);
  }

  /** Everybody was asked: the request goes on with what they made of it, or gets its answer. */
  goOn({ admission, pieces, size }: WaitingStream): void {
    this.waiting = undefined;
    this.disarm();
    this.message = { ...this.message, text: admission.text };
    this.early = pieces;
    this.earlyBytes = size;
    this.takenOut = [...this.takenOut, ...admission.takenOut];
    if (this.trailers !== '') this.trailers = allowedTrailers(`${this.trailers}\r\n`, this.runtime.options.limits.headerCount, this.takenOut) ?? '';
    const isWhole = this.isRemoteEnded && size <= mostInline && this.trailers === '';
    if (this.readHead(isWhole, roomier(this.runtime.options.limits)) !== undefined) return this.refuse('auth-failed');
    head.requestId = admission.requestId;
    this.act(admission.decide({ request: head, observation: this.observation }), isWhole);
  }

  prepay(bytes: number): void {
    this.prepaid += bytes;
    this.session.consume(this, bytes);
  }

  expectBody(): void {
    this.arm(this.runtime.options.timeouts.bodyMs);
  }

  /** Bytes of the body have gone on. */
  private consume(bytes: number): void {
    if (this.prepaid === 0) return this.session.consume(this, bytes);
    const paid = Math.min(bytes, this.prepaid);
    this.prepaid -= paid;
    this.session.consume(this, bytes - paid);
  }

  private observe(isRead: boolean): void { // oxlint-disable-line -- a fact of the request.
    const { observation, runtime: { observers }, session: { door, facts } } = this;
    observation.begin(door.table.meter);
    if (observers.length > 0) observation.describe(isRead ? requestFacts(head, facts, '2') : unreadFacts(facts, '2'));
  }

  private readHead(isWhole: boolean, limits: Limits): Cause | undefined { // oxlint-disable-line -- a fact of the request.
    const { text, isTooLarge, isConnect, contentLength } = this.message;
    if (isTooLarge) return 'head-too-large';
    if (isConnect) return 'connect-refused';
    let framing = '';
    if (contentLength < 0 && !isWhole) framing = 'transfer-encoding: chunked\r\n';
    else if (contentLength < 0 && this.earlyBytes > 0) framing = `content-length: ${this.earlyBytes}\r\n`;
    head.believed = this.session.facts.isTrusted;
    return head.read(`${text}${framing}\r\n`, 0, limits);
  }

  private forward({ action, target }: Destination, isWhole: boolean): void { // oxlint-disable-line -- a fact of the request.
    const { facts } = this.session;
    const isHttp2 = target.pool.protocol === 'h2c';
    const body = isWhole && this.earlyBytes > 0 ? Buffer.concat(this.early).toString('latin1') : '';
    this.wraps = !isWhole && head.isChunked && !isHttp2;
    const deadline = this.isGrpc ? grpcTimeoutMs(head.header('grpc-timeout')) : undefined;
    const timed = deadline === undefined || (action.requestTimeoutMs > 0 && action.requestTimeoutMs <= deadline) ? action : { ...action, requestTimeoutMs: deadline };
    const exchange = exchangeFor(this, { head, facts, action: timed, target, body, isWhole, upgrade: '' });
    this.exchange = exchange;
    this.observation.requestBytes = body.length;
    exchange.start();
    const pieces = isWhole ? [] : this.early;
    if (isWhole) this.consume(this.earlyBytes);
    this.early = [];
    for (const piece of pieces) this.sendBody(piece);
    if (isWhole) return;
    if (this.isRemoteEnded) this.finishBody();
    else this.awaitBody();
  }

  private sendBody(piece: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) return this.consume(piece.length);
    if (piece.length > 0) exchange.sendBody(this.wraps ? chunkOf(piece) : piece);
    if (this.isHeld) this.unread += piece.length;
    else {
      this.consume(piece.length);
      this.awaitBody();
    }
  }

  private finishBody(): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    if (this.wraps) exchange.sendBody(Buffer.from(`0\r\n${this.trailers}\r\n`, 'latin1'));
    exchange.finishBody(this.trailers);
    this.disarm();
  }

  bodyFault(cause: Cause): void {
    const hasBegun = this.exchange?.hasBegun === true;
    this.exchange?.abort();
    this.waiting?.admission.abort();
    this.observation.cause = cause;
    if (hasBegun) return this.breakOff();
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.observe(false);
    }
    this.refuse(cause);
  }

  holdBody(): void {
    this.isHeld = true;
    this.disarm();
  }

  resumeBody(): void {
    this.isHeld = false;
    if (this.unread > 0) this.consume(this.unread);
    this.unread = 0;
    if (!this.isRemoteEnded) this.awaitBody();
  }

  /** Streams of gRPC may rest as long as they like; any other body must come on. */
  private awaitBody(): void {
    if (!this.isGrpc && !this.isRemoteEnded && this.exchange?.hasBegun === false) this.arm(this.runtime.options.timeouts.bodyMs);
  }

  private arm(ms: number): void {
    this.timer ??= new Timer(() => this.expire());
    this.runtime.wheel.arm(this.timer, ms);
  }

  /** Nothing is waited for any more. */
  disarm(): void {
    if (this.timer !== undefined) this.runtime.wheel.remove(this.timer);
  }

  private expire(): void {
    if (!this.isAnswered && (this.exchange?.hasBegun === false || this.waiting !== undefined)) return this.bodyFault('body-timeout');
    // The client has not taken what waits for it: its windows stay closed, or its socket does.
    this.observation.cause = 'write-timeout';
    this.lose();
    this.session.reset(this, CANCEL);
  }

  refuse(cause: Cause, lines = ''): void {
    const answer = refusalAnswer(cause);
    this.answer(lines === '' ? answer : { ...answer, lines: (answer.lines ?? '') + lines });
  }

  private answer(answer: Answer): void {
    const { session, runtime: { options } } = this;
    this.observation.answerItself(answer, this.toHead);
    const { block, body } = encodeAnswer(session.encoder, shownAnswer(answer, options), { isGrpc: this.isGrpc, toHead: this.toHead, serverHeader: options.serverHeader });
    session.writer.headers(this.id, block, 0, this.place);
    if (body.length > 0) session.sendData(this, body, 0, body.length);
    this.early = [];
    this.finish();
    session.endStream(this, '');
    if (this.pendingBytes > 0) this.arm(options.timeouts.writeMs);
  }

  interim(response: ResponseHead): void {
    this.session.writer.headers(this.id, encodeResponse(this.session.encoder, response, { edit: undefined, via: undefined }), 0, this.place);
  }

  head(response: ResponseHead, edit: HeaderEdit | undefined): void {
    this.disarm();
    const block = encodeResponse(this.session.encoder, response, { edit, via: this.runtime.options.via });
    this.session.writer.headers(this.id, block, 0, this.place);
  }

  /** Requests of HTTP/2 ask for no other protocol. */
  switchOver(): void {
    this.breakOff();
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    this.session.sendData(this, buffer, from, to);
  }

  text(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.bytes(bytes, 0, bytes.length);
  }

  end(trailers: string): void {
    this.disarm();
    this.isAnswered = true;
    this.session.endStream(this, trailers);
    if (this.pendingBytes > 0) this.arm(this.runtime.options.timeouts.writeMs);
  }

  flush(): boolean {
    if (this.pendingBytes === 0 && !this.session.socket.writableNeedDrain) return true;
    this.arm(this.runtime.options.timeouts.writeMs);
    return false;
  }

  /** Windows or socket let everything out. */
  onDrained(): void {
    this.disarm();
    this.exchange?.resume();
  }

  finish(): void {
    this.isAnswered = true;
    this.observation.end('whole');
    this.exchange = this.waiting = undefined;
  }

  breakOff(): void {
    this.observation.end('broken');
    this.disarm();
    this.finish();
    this.session.reset(this, INTERNAL_ERROR);
  }

  beginTunnel(): void {
    this.exchange?.abort();
  }

  endTunnelOutput(): void {
    this.beginTunnel();
  }

  endTunnel(): void {
    this.beginTunnel();
  }

  onReset(): void {
    this.lose();
  }

  onLost(): void {
    this.lose();
  }

  onBroken(): void {
    this.lose();
  }

  /** The client is gone, or cannot be served any more. */
  private lose(): void {
    this.disarm();
    this.early = [];
    if (!this.hasBegun) this.hasBegun = true;
    else if (!this.isAnswered) {
      this.observation.end('aborted');
      this.exchange?.abort();
      this.waiting?.admission.abort();
      this.finish();
    }
  }
}
