import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Cause, refusalOf } from '../errors.ts';
import { Observation } from '../observe/observation.ts';
import { requestFacts, unreadFacts } from '../observe/request-facts.ts';
import { decide, type Decision, type Destination, type Gated } from '../route/decide.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { type Answer, answerText, refusalAnswer, shownAnswer } from './answer.ts';
import type { BodySink } from './chunked.ts';
import { type ClientFacts, factsOf } from './client-facts.ts';
import type { Door, ServedConnection } from './door.ts';
import type { Exchange, ExchangeClient } from './exchange.ts';
import { exchangeFor } from './exchange-for.ts';
import { http2Preface, lingerMs, mostHeldBytes, mostInline, mostLingerBytes } from './measures.ts';
import { RequestBody } from './request-body.ts';
import { RequestHead } from './request-head.ts';
import { partialFault } from './partial-fault.ts';
import { hasWholeHead } from './scan-head.ts';
import { Http1ResponseWriter } from './response-writer.ts';
import { WaitingRequest } from './waiting-request.ts';

type Phase = 'head' | 'gate' | 'body' | 'answer' | 'tunnel' | 'lingering' | 'closed';

const head = new RequestHead();

/** One connection of a client: reads requests one after the other, routes each, and answers them in order. */
export class ClientConnection implements ServedConnection, ExchangeClient, BodySink {
  readonly socket: Socket;
  readonly runtime: Runtime;
  readonly writer: Http1ResponseWriter = new Http1ResponseWriter(this);
  readonly observation: Observation;
  private readonly door: Door;
  readonly facts: ClientFacts;
  /** Server name of the TLS handshake, lower case; `''` for none or no TLS. */
  private readonly serverName: string;
  private readonly isTls: boolean;
  private phase: Phase = 'head';
  /** Part of a head. */
  private partial = '';
  /** Bytes behind the current request. */
  private held: Buffer | undefined;
  private isPumping = false;
  isHalfClosed = false;
  private mustClose = false;
  private toHead = false;
  private lingered = 0;
  private exchange: Exchange | undefined;
  private body: RequestBody | undefined;
  /** Others are asked whether the request may go on. */
  private waiting: WaitingRequest | undefined;
  private readonly timer: Timer = new Timer(() => this.expire());
  /** No request has come yet. */
  private isFresh = true;
  private readonly listeners: readonly (readonly [string, (chunk: Buffer) => void])[] = [
    ['data', (chunk) => this.receive(chunk)], ['drain', () => this.drained()], ['end', () => this.ended()],
    ['error', () => this.socket.destroy()], ['close', () => this.closed()],
  ];

  constructor(socket: Socket, door: Door, runtime: Runtime) {
    this.socket = socket;
    this.door = door;
    this.runtime = runtime;
    this.observation = new Observation(runtime);
    const { servername } = socket as Partial<TLSSocket>;
    this.isTls = 'encrypted' in socket;
    this.serverName = typeof servername === 'string' ? servername.toLowerCase() : '';
    this.facts = factsOf(socket, this.isTls ? 'https' : 'http', runtime);
    runtime.stats.connections++;
    runtime.stats.activeConnections++;
    for (const [event, listener] of this.listeners) socket.on(event, listener);
    this.expectNext();
  }

  /** Nothing is under way: the connection can be closed without harm. */
  get isIdle(): boolean {
    return this.phase === 'head' && this.partial === '' && this.held === undefined;
  }

  leaveNow(): void {
    if (this.phase === 'head') this.socket.destroy();
    else this.mustClose = true;
  }

  private receive(chunk: Buffer): void {
    switch (this.phase) {
      case 'head':
        this.held = this.held === undefined ? chunk : Buffer.concat([this.held, chunk]);
        this.pump();
        break;
      case 'body': this.readBody(chunk, 0); break;
      case 'gate': this.waiting?.feed(chunk); break;
      case 'answer': this.hold(chunk); break;
      case 'tunnel': if (this.exchange?.tunnel(chunk) === false) this.socket.pause(); break;
      case 'lingering':
        this.lingered += chunk.length;
        if (this.lingered > mostLingerBytes) this.socket.destroy();
        break;
    }
  }

  /** Reads requests from what has come, as long as nothing has to be waited for. */
  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.phase === 'head' && this.held !== undefined && !this.socket.writableNeedDrain) {
      const chunk = this.held;
      this.held = undefined;
      this.readHead(chunk);
    }
    this.isPumping = false;
    if (this.held !== undefined && (this.phase === 'head' || this.held.length >= mostHeldBytes)) this.socket.pause();
    else this.readOn();
  }

  /** Reads again where only bytes behind the current request had stopped it. */
  private readOn(): void {
    if ((this.phase === 'head' || this.phase === 'answer') && this.socket.isPaused()) this.socket.resume();
  }

  private hold(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.held = this.held === undefined ? chunk : Buffer.concat([this.held, chunk]);
    // Reading goes on for a while, because a client that leaves is only seen by reading.
    if (this.held.length >= mostHeldBytes) this.socket.pause();
  }

  private readHead(chunk: Buffer): void {
    const before = this.partial.length;
    const text = before === 0 ? chunk.toString('latin1') : this.partial + chunk.toString('latin1');
    // RFC 9112 section 2.2: one empty line before a request line is ignored.
    const start = text.charCodeAt(0) === 13 && text.charCodeAt(1) === 10 ? 2 : 0;
    if (!hasWholeHead(text, Math.max(start, before - 3))) return this.keepPartial(text, before);
    if (this.isFresh && !this.isTls && text.startsWith(http2Preface)) return this.handOver(Buffer.from(text, 'latin1'));
    this.isFresh = false;
    this.partial = '';
    head.believed = this.facts.isTrusted;
    const cause = head.read(text, start, this.runtime.options.limits);
    if (cause !== undefined) return this.refuseHead(cause);
    this.begin(text, chunk, before);
  }

  /** The client speaks HTTP/2 by prior knowledge (RFC 9113 section 3.3). */
  private handOver(early: Buffer): void {
    const { socket, door, runtime: { stats, wheel } } = this;
    for (const [event, listener] of this.listeners) socket.off(event, listener);
    this.phase = 'closed';
    wheel.remove(this.timer);
    stats.connections--;
    stats.activeConnections--;
    door.forget(this);
    door.beginHttp2(socket, early);
  }

  private keepPartial(text: string, before: number): void {
    const cause = partialFault(text, before, this.runtime.options.limits);
    if (cause !== undefined) return this.refuseHead(cause);
    if (this.isHalfClosed) return this.linger();
    if (this.partial === '' && text !== '') this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.headMs);
    this.partial = text;
  }

  private refuseHead(cause: Cause): void {
    this.runtime.stats.refused++;
    this.toHead = false;
    this.observation.begin(this.door.table.meter);
    if (this.runtime.observers.length > 0) this.observation.describe(unreadFacts(this.facts, '1.1'));
    this.refuse(cause);
  }

  /** A whole head is read: decides what is done with the request. */
  private begin(text: string, chunk: Buffer, before: number): void {
    const { stats, options, observers } = this.runtime;
    stats.requests++;
    this.observation.begin(this.door.table.meter);
    if (observers.length > 0) this.observation.describe(requestFacts(head, this.facts));
    this.phase = 'answer';
    this.timer.deadline = Infinity;
    this.toHead = head.method === 'HEAD';
    this.mustClose = head.connection.close;
    if (head.contentLength > options.limits.bodyBytes) return this.refuse('body-too-large');
    this.act(decide(this.door.table, this.serverName, head, this.observation), text, chunk, head.end - before);
  }

  private act(decision: Decision, text: string, chunk: Buffer, bodyAt: number): void { // oxlint-disable-line max-params -- a request and what is done with it.
    if (typeof decision === 'string') this.answerRequest(refusalAnswer(decision), chunk, bodyAt);
    else if ('target' in decision) this.forward(decision, text, chunk, bodyAt);
    else if ('gate' in decision) this.wait(decision, chunk.subarray(bodyAt));
    else this.answerRequest(decision, chunk, bodyAt);
  }

  /** Others are asked first; all that comes meanwhile waits with it. */
  private wait(gated: Gated, early: Buffer): void {
    this.phase = 'gate';
    this.awaitAnswer();
    this.socket.resume();
    this.waiting = new WaitingRequest(gated, head, this);
    this.waiting.begin(early);
  }

  /** The request that waited goes on; its head was read again, and `rest` came behind it. */
  goOn(decision: Decision, rest: Buffer): void {
    this.waiting = undefined;
    this.phase = 'answer';
    this.awaitAnswer();
    this.socket.resume();
    this.act(decision, head.text, rest, 0);
  }

  /** The request that waited is refused, and its body may be on its way still. */
  refuseWaiting(cause: Cause): void {
    this.waiting = undefined;
    this.mustClose = true;
    this.refuse(cause);
  }

  private forward({ action, target }: Destination, text: string, chunk: Buffer, bodyAt: number): void {
    const bodyLength = head.isChunked ? 'chunked' : Math.max(head.contentLength, 0);
    const isInline = bodyLength !== 'chunked' && bodyLength <= mostInline && chunk.length - bodyAt >= bodyLength;
    const bodyEnd = isInline ? head.end + bodyLength : head.end;
    this.writer.begin(head.line.minor);
    const exchange = exchangeFor(this, { head, facts: this.facts, action, target, body: text.slice(head.end, bodyEnd), isWhole: isInline, upgrade: head.upgrade });
    this.exchange = exchange;
    this.observation.requestBytes = bodyEnd - head.end;
    if (isInline) {
      if (text.length > bodyEnd) this.hold(chunk.subarray(bodyAt + bodyLength));
      exchange.start();
      this.awaitAnswer();
      return;
    }
    this.body = new RequestBody(bodyLength, this.runtime.options.limits, head.connection.names, target.pool.protocol === 'h2c' ? 'unwrap' : 'reframe');
    this.phase = 'body';
    exchange.start();
    if (this.phase === 'body') this.readBody(chunk, bodyAt);
  }

  /** The request body goes to the exchange as it comes. */
  private readBody(chunk: Buffer, from: number): void {
    const body = this.body as RequestBody;
    const end = body.feed(chunk, from, this);
    if (body.fault !== undefined) return this.bodyFault(body.fault);
    if (this.phase !== 'body') return;
    if (!body.isDone) {
      if (this.isHalfClosed) return this.cut();
      this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.bodyMs);
      return;
    }
    this.phase = 'answer';
    this.awaitAnswer();
    this.body = undefined;
    if (end < chunk.length) this.hold(chunk.subarray(end));
    this.exchange?.finishBody(body.trailers);
  }

  private bodyFault(cause: Cause): void {
    const hasBegun = this.exchange?.hasBegun ?? true;
    this.exchange?.abort();
    this.observation.cause = cause;
    if (hasBegun) this.breakOff();
    else this.refuse(cause);
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    this.exchange?.sendBody(buffer.subarray(from, to));
  }

  text(text: string): void {
    this.exchange?.sendBody(Buffer.from(text, 'latin1'));
  }

  /** Answers without a backend. A body that came whole with its head is skipped; with any other the connection ends. */
  private answerRequest(answer: Answer, chunk: Buffer, bodyAt: number): void {
    const length = Math.max(head.contentLength, 0);
    if (head.isChunked || chunk.length - bodyAt < length) this.mustClose = true;
    else if (chunk.length > bodyAt + length) this.hold(chunk.subarray(bodyAt + length));
    this.answer(answer);
  }

  private answer(answer: Answer): void {
    this.observation.answerItself(answer, this.toHead);
    const closes = this.closesAfter();
    this.writer.own(answerText(shownAnswer(answer, this.runtime.options), { toHead: this.toHead, closes, serverHeader: this.runtime.options.serverHeader }));
    this.finish();
  }

  refuse(cause: Cause, lines?: string): void {
    if (refusalOf(cause).close === true) this.mustClose = true;
    this.answer(refusalAnswer(cause, lines));
  }

  closesAfter(): boolean {
    if (this.phase === 'body' || this.door.isClosing) this.mustClose = true;
    return this.mustClose;
  }

  finish(): void {
    this.observation.end('whole');
    this.exchange = undefined;
    this.body = undefined;
    if (this.mustClose || this.phase === 'body') return this.linger();
    this.phase = 'head';
    if (this.held === undefined && (this.isHalfClosed || this.door.isClosing)) return this.linger();
    this.expectNext();
    if (this.held === undefined) this.readOn();
    else this.pump();
  }

  breakOff(): void {
    this.observation.end('broken');
    this.exchange = undefined;
    this.phase = 'closed';
    this.writer.writeNow();
    if (this.isTls) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  /** Ends our side and lets the client finish reading: a connection cut at once could take the answer with it. */
  private linger(): void {
    this.phase = 'lingering';
    this.held = undefined;
    this.partial = '';
    this.end();
    if (this.isHalfClosed) return;
    this.socket.resume();
    this.runtime.wheel.arm(this.timer, lingerMs);
  }

  holdBody(): void {
    this.socket.pause();
    this.runtime.wheel.arm(this.timer, 0);
  }

  resumeBody(): void {
    if (this.phase === 'body' || this.phase === 'tunnel') this.socket.resume();
    if (this.phase === 'body') this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.bodyMs);
  }

  waitForDrain(): void {
    if (this.phase !== 'tunnel') this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.writeMs);
  }

  private drained(): void {
    this.exchange?.resume();
    if (this.phase === 'answer') this.awaitAnswer();
    else if (this.phase === 'body') this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.bodyMs);
    else if (this.phase === 'head') {
      this.expectNext();
      this.pump();
    }
  }

  beginTunnel(): void {
    this.phase = 'tunnel';
    this.runtime.stats.activeTunnels++;
    this.runtime.wheel.remove(this.timer);
    const early = this.held;
    this.held = undefined;
    const takesMore = early === undefined || this.exchange?.tunnel(early) !== false;
    if (takesMore) this.socket.resume();
    if (this.isHalfClosed) this.exchange?.endTunnelInput();
  }

  endTunnelOutput(): void {
    this.end();
  }

  /** Our side ends, behind everything that was answered. */
  private end(): void {
    this.writer.writeNow();
    if (!this.socket.writableEnded) this.socket.end();
  }

  endTunnel(): void {
    if (this.socket.writableEnded) this.runtime.wheel.arm(this.timer, lingerMs);
    else this.cut();
  }

  /** Ends the connection; what was answered before goes out. */
  private cut(): void {
    this.writer.writeNow();
    this.socket.destroy();
  }

  private expectNext(): void {
    const { timeouts } = this.runtime.options;
    this.runtime.wheel.arm(this.timer, this.socket.writableNeedDrain ? timeouts.writeMs : timeouts.idleMs);
  }

  /** A client that sends no more may be gone, and only a write would show it: its answer must come, and go on, soon. */
  answerSoon(): void {
    if (this.phase === 'answer' || this.phase === 'gate') this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.halfCloseMs);
  }

  /** The request is complete: nothing limits the wait for its answer but its route, and a client that may be gone. */
  private awaitAnswer(): void {
    if (this.isHalfClosed) this.answerSoon();
    else if (this.phase === 'answer') this.timer.deadline = Infinity;
  }

  private expire(): void {
    switch (this.phase) {
      case 'head':
        if (this.partial === '') this.socket.destroy();
        else this.refuseHead('head-timeout');
        break;
      case 'body':
        if (this.exchange?.hasBegun === false) this.bodyFault('body-timeout');
        else this.cut();
        break;
      default:
        if (!this.isHalfClosed) this.observation.cause = 'write-timeout';
        this.cut();
    }
  }

  /** The client sends no more. */
  private ended(): void {
    this.isHalfClosed = true;
    switch (this.phase) {
      case 'tunnel': this.exchange?.endTunnelInput(); break;
      case 'answer':
        if (this.held === undefined) this.mustClose = true;
        this.answerSoon();
        break;
      case 'gate': this.answerSoon(); break;
      case 'body': this.cut(); break;
      default:
        if (this.held === undefined) this.end();
    }
  }

  private closed(): void {
    const { stats, wheel } = this.runtime;
    stats.activeConnections--;
    wheel.remove(this.timer);
    if (this.phase === 'tunnel') stats.activeTunnels--;
    this.observation.end(this.phase === 'tunnel' ? 'whole' : 'aborted');
    this.exchange?.abort();
    this.waiting?.abort();
    this.exchange = undefined;
    this.phase = 'closed';
    this.held = undefined;
    this.door.forget(this);
  }
}
