import type { Socket } from 'node:net';
import type { Cause } from '../errors.ts';
import type { BackendTarget, ForwardAction } from '../route/action.ts';
import type { Runtime } from '../runtime.ts';
import { countStatus } from '../stats.ts';
import { Timer } from '../time/wheel.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { ResponseReceiver, UpstreamFault } from '../upstream/receiver.ts';
import type { ChunkMode } from './chunked.ts';
import type { ResponseHead } from './response-head.ts';
import { responseHeadText } from './write-head.ts';

/** The side of the client, as an exchange sees it. */
export interface ExchangeClient {
  readonly socket: Socket;
  readonly runtime: Runtime;
  /** Answers with a cause; only before a response has begun. */
  refuse(cause: Cause): void;
  /** The exchange is over and its response was sent whole. */
  finish(): void;
  /** The exchange is over in the middle of a response: the client must see that it is not whole. */
  breakOff(): void;
  /** The client's connection ends after this response. */
  closesAfter(): boolean;
  /** Stops and resumes reading the request body. */
  holdBody(): void;
  resumeBody(): void;
  /** The client has ended its side. */
  readonly isHalfClosed: boolean;
  /** Something was sent to a client that has ended its side. */
  answerSoon(): void;
  /** The client is slow; `onDrain` of the exchange follows. */
  waitForDrain(): void;
  /** From now on all bytes belong to the other protocol. */
  beginTunnel(): void;
  endTunnel(): void;
}

/** What an exchange must know of its request when the head is no longer at hand. */
export interface ForwardedRequest {
  /** The head as the backend gets it; the whole request where `isWhole`. */
  readonly text: string;
  readonly isWhole: boolean;
  readonly toHead: boolean;
  readonly upgrades: boolean;
  /** Repeating it is harmless (RFC 9110 section 9.2.2). */
  readonly isIdempotent: boolean;
  /** Minor version of the client. */
  readonly minor: number;
}

/** A piece up to this size goes out in the string of its head; greater ones are copied into a buffer of their own. */
const mostInline = 16_384;
const mostTries = 5;
/** A request that must not come twice only takes a connection that is surely alive. */
const freshMs = 1000;

/** One request on its way to a backend and its response back, through as many tries as it takes. */
export class Exchange implements ResponseReceiver {
  readonly toHead: boolean;
  readonly upgrades: boolean;
  readonly chunkMode: ChunkMode;
  hasBegun = false;
  private readonly client: ExchangeClient;
  private readonly request: ForwardedRequest;
  private readonly target: BackendTarget;
  private readonly action: ForwardAction;
  private upstream: UpstreamConnection | undefined;
  private tries = 0;
  private gathered = '';
  /** The body comes without framing and goes on in chunks. */
  private wraps = false;
  /** Body pieces that wait for the connection. */
  private held: Buffer[] = [];
  private bodyIsComplete: boolean;
  private requestTimer: Timer | undefined;
  private tryTimer: Timer | undefined;

  constructor(client: ExchangeClient, request: ForwardedRequest, action: ForwardAction, target: BackendTarget) {
    this.client = client;
    this.request = request;
    this.action = action;
    this.target = target;
    this.toHead = request.toHead;
    this.upgrades = request.upgrades;
    this.bodyIsComplete = request.isWhole;
    this.chunkMode = request.minor === 1 ? 'reframe' : 'unwrap';
  }

  /** Sends the request. The client may be answered before this returns. */
  start(): void {
    const { pool } = this.target;
    if (pool.protocol === 'h2c') return this.client.refuse('protocol-not-carried');
    if (this.action.requestTimeoutMs > 0) {
      this.requestTimer = new Timer(() => this.timeOut('request-timeout'));
      this.client.runtime.wheel.arm(this.requestTimer, this.action.requestTimeoutMs);
    }
    this.try(this.request.isIdempotent && this.request.isWhole ? Infinity : freshMs);
  }

  /** A piece of the request body, as the backend is to get it. The buffer stays untouched by the caller. */
  sendBody(piece: Buffer): void {
    if (this.upstream === undefined) return;
    if (!this.upstream.isConnected) {
      this.held.push(piece);
      this.client.holdBody();
    } else if (!this.upstream.socket.write(piece)) this.client.holdBody();
  }

  /** The request body is complete. */
  finishBody(): void {
    this.bodyIsComplete = true;
    this.upstream?.finishRequest();
  }

  /** The client is gone, or its request turned out to be broken. */
  abort(): void {
    this.stopTimers();
    this.upstream?.destroy();
    this.upstream = undefined;
  }

  /** The client takes bytes again. */
  resume(): void {
    this.upstream?.socket.resume();
  }

  private try(mostRestMs: number): void {
    const endpoint = this.target.pool.next();
    if (endpoint === undefined) {
      this.stopTimers();
      return this.client.refuse('no-endpoint');
    }
    this.tries++;
    const upstream = endpoint.take(mostRestMs);
    this.upstream = upstream;
    if (this.action.backendTimeoutMs > 0) {
      this.tryTimer ??= new Timer(() => this.timeOut('backend-timeout'));
      this.client.runtime.wheel.arm(this.tryTimer, this.action.backendTimeoutMs);
    }
    upstream.send(this, this.request.text, this.bodyIsComplete);
  }

  private timeOut(cause: Cause): void {
    this.client.runtime.stats.timeouts++;
    this.abort();
    if (this.hasBegun) this.client.breakOff();
    else this.client.refuse(cause);
  }

  private stopTimers(): void {
    const { wheel } = this.client.runtime;
    if (this.requestTimer !== undefined) wheel.remove(this.requestTimer);
    if (this.tryTimer !== undefined) wheel.remove(this.tryTimer);
  }

  onConnected(): void {
    if (this.held.length === 0 || this.upstream === undefined) return;
    let takesMore = true;
    for (const piece of this.held.splice(0)) takesMore = this.upstream.socket.write(piece);
    if (takesMore) this.client.resumeBody();
  }

  onDrain(): void {
    this.client.resumeBody();
  }

  onInterim(head: ResponseHead): void {
    if (this.request.minor === 0) return;
    this.gathered += responseHeadText(head, { edit: undefined, isChunked: false, closes: false, viaLine: '' });
  }

  onHead(head: ResponseHead): void {
    this.hasBegun = true;
    if (this.requestTimer !== undefined) this.client.runtime.wheel.remove(this.requestTimer);
    countStatus(this.client.runtime.stats, head.status);
    const isFramedAnew = head.framing === 'close' || head.framing === 'chunked';
    this.wraps = head.framing === 'close' && this.request.minor === 1;
    this.gathered += responseHeadText(head, {
      edit: this.target.responseEdit, isChunked: isFramedAnew && this.request.minor === 1, closes: this.client.closesAfter(), viaLine: this.viaLine(),
    });
  }

  onSwitch(head: ResponseHead): void {
    this.hasBegun = true;
    this.stopTimers();
    countStatus(this.client.runtime.stats, head.status);
    this.gathered += responseHeadText(head, { edit: this.target.responseEdit, isChunked: false, closes: false, viaLine: this.viaLine() });
    this.flush();
    this.client.beginTunnel();
  }

  private viaLine(): string {
    const { via } = this.client.runtime.options;
    return via === undefined ? '' : `via: 1.1 ${via}\r\n`;
  }

  text(text: string): void {
    this.gathered += text;
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    const size = to - from;
    if (this.wraps) this.gathered += `${size.toString(16)}\r\n`;
    if (this.gathered.length + size <= mostInline) this.gathered += buffer.toString('latin1', from, to);
    else {
      const { socket } = this.client;
      socket.cork();
      if (this.gathered !== '') socket.write(this.gathered, 'latin1');
      this.gathered = '';
      const copy = Buffer.allocUnsafeSlow(size);
      buffer.copy(copy, 0, from, to);
      socket.write(copy);
      socket.uncork();
    }
    if (this.wraps) this.gathered += '\r\n';
  }

  flush(): boolean {
    const { socket } = this.client;
    if (this.gathered !== '') {
      const text = this.gathered;
      this.gathered = '';
      socket.write(text, 'latin1');
    }
    if (this.client.isHalfClosed) this.client.answerSoon();
    if (!socket.writableNeedDrain) return true;
    this.client.waitForDrain();
    return false;
  }

  onEnd(): void {
    if (this.wraps) {
      this.gathered += '0\r\n\r\n';
      this.flush();
    }
    this.stopTimers();
    this.upstream = undefined;
    this.client.finish();
  }

  onFault(fault: UpstreamFault, heard: boolean, isReused: boolean): void {
    this.upstream = undefined;
    if (!this.hasBegun && this.tries < mostTries && this.mayTryAgain(fault, heard, isReused)) {
      this.client.runtime.stats.retries++;
      // A second stale connection would only cost another try, so the next one is new.
      return this.try(-1);
    }
    this.stopTimers();
    if (this.hasBegun) this.client.breakOff();
    else this.client.refuse(fault);
  }

  /**
   * A request goes out again where no connection came about, so nothing was sent; or where a reused connection turned out to be
   * closed, no byte of an answer came, the whole request is at hand, and repeating it is harmless (RFC 9112 section 9.3.1).
   */
  private mayTryAgain(fault: UpstreamFault, heard: boolean, isReused: boolean): boolean {
    if (fault === 'connect-failed' || fault === 'connect-timeout') return this.tries < this.target.pool.size;
    return fault === 'backend-closed' && isReused && !heard && this.request.isWhole && this.request.isIdempotent;
  }

  /** In a tunnel: a piece from the client; false where the backend is slow. */
  tunnel(piece: Buffer): boolean {
    return this.upstream?.socket.write(piece) ?? true;
  }

  /** In a tunnel: the client ended its side. */
  endTunnelInput(): void {
    this.upstream?.socket.end();
  }

  onTunnelEnd(): void {
    this.flush();
    this.client.socket.end();
  }

  onTunnelClosed(): void {
    this.upstream = undefined;
    this.client.endTunnel();
  }
}
