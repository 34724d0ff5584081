import type { Hint } from '../balance/balancer.ts';
import type { Cause } from '../errors.ts';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import type { Copy } from '../filter/mirror/copy.ts';
import { addPiece } from '../pieces.ts';
import type { Session } from '../persistence/sessions.ts';
import type { Failure } from '../retry/policy.ts';
import { Retries } from '../retry/retries.ts';
import type { BackendTarget, ForwardAction } from '../route/action.ts';
import type { Observation } from '../observe/observation.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import type { EndpointPool } from '../upstream/backend-pool.ts';
import type { UpstreamCall } from '../upstream/call.ts';
import type { ResponseReceiver, UpstreamFault } from '../upstream/receiver.ts';
import type { ChunkMode } from './chunked.ts';
import type { ResponseHead } from './response-head.ts';

/** Writes one response to the client, in the client's protocol. */
export interface ResponseWriter {
  /** How a chunked body of an HTTP/1 backend is to come. */
  readonly chunkMode: ChunkMode;
  /** A 1xx head; offsets of the scan are valid during the call, as in the next two. */
  interim(head: ResponseHead): void;
  head(head: ResponseHead, edit: HeaderEdit | undefined): void;
  switchOver(head: ResponseHead, edit: HeaderEdit | undefined): void;
  /** A piece of the body; only valid during the call. */
  bytes(buffer: Buffer, from: number, to: number): void;
  /** As `bytes`, of a buffer that stays as it is until `flush` answers true or the client has taken all; absent where bytes are copied anyhow. */
  lend?(buffer: Buffer, from: number, to: number): void;
  text(text: string): void;
  /** The body is complete. `trailers`: lines each with CRLF. */
  end(trailers: string): void;
  /** Sends what was gathered; false where the client is slow and the backend should wait. */
  flush(): boolean;
}

/** The side of the client, as an exchange sees it. */
export interface ExchangeClient {
  readonly runtime: Runtime;
  readonly writer: ResponseWriter;
  /** What the request leaves behind. */
  readonly observation: Observation;
  /** Answers with a cause; only before a response has begun. `lines`: further header lines, each with CRLF. */
  refuse(cause: Cause, lines?: string): void;
  /** The exchange is over and its response was sent whole. */
  finish(): void;
  /** The exchange is over in the middle of a response: the client must see that it is not whole. */
  breakOff(): void;
  /** Stops and resumes reading the request body. */
  holdBody(): void;
  resumeBody(): void;
  /** From now on all bytes belong to the other protocol. */
  beginTunnel(): void;
  /** In a tunnel: the backend has ended its side. */
  endTunnelOutput(): void;
  endTunnel(): void;
}

/** What an exchange must know of its request when the head is no longer at hand. */
export interface ForwardedRequest {
  /** The head as the backend gets it; the whole request where `isWhole`. */
  readonly text: string;
  readonly isWhole: boolean;
  readonly toHead: boolean;
  /** The protocol that it asks for, `''` for none. */
  readonly upgrade: string;
  /** Repeating it is harmless (RFC 9110 section 9.2.2). */
  readonly isIdempotent: boolean;
  /** What changes in the head of the response. */
  readonly responseEdit: HeaderEdit | undefined;
  /** What its endpoint is chosen by; undefined where nothing is asked. */
  readonly hint?: Hint | undefined;
  /** Of a client that stays with its endpoint. */
  readonly session?: Session | undefined;
  /** Header lines of an answer that tells what went wrong, each with CRLF. */
  readonly refusalLines: string;
  /** Copies on their way to mirrors; they get the body too. */
  readonly copies: readonly Copy[];
}

const mostTries = 5;
/** A request that must not come twice only takes a connection that is surely alive. */
const freshMs = 1000;

/** One request on its way to a backend and its response back, through as many tries as it takes. */
export class Exchange implements ResponseReceiver {
  readonly toHead: boolean;
  readonly upgrade: string;
  hasBegun = false;
  private readonly client: ExchangeClient;
  private readonly request: ForwardedRequest;
  private readonly target: BackendTarget;
  private readonly action: ForwardAction;
  private readonly retries: Retries | undefined;
  private upstream: UpstreamCall | undefined;
  /** Endpoints that took no connection, where the route has no policy of retries. */
  private failed: EndpointPool[] | undefined;
  private tries = 0;
  /** Body pieces that wait for the connection. */
  private held: Buffer[] = [];
  private bodyIsComplete: boolean;
  private trailers = '';
  private isOver = false;
  private requestTimer: Timer | undefined;
  private tryTimer: Timer | undefined;
  private waitTimer: Timer | undefined;

  constructor(client: ExchangeClient, request: ForwardedRequest, action: ForwardAction, target: BackendTarget) {
    this.client = client;
    this.request = request;
    this.action = action;
    this.target = target;
    this.toHead = request.toHead;
    this.upgrade = request.upgrade;
    this.bodyIsComplete = request.isWhole;
    this.retries = action.retry === undefined || action.retry.attempts === 0 ? undefined : new Retries(action.retry, request.isWhole);
  }

  get chunkMode(): ChunkMode {
    return this.client.writer.chunkMode;
  }

  /** Sends the request. The client may be answered before this returns. */
  start(): void {
    this.client.observation.backend = this.target.pool.meter;
    this.target.pool.retryBudget?.begin();
    if (this.action.requestTimeoutMs > 0) {
      this.requestTimer = new Timer(() => this.timeOut('request-timeout'));
      this.client.runtime.wheel.arm(this.requestTimer, this.action.requestTimeoutMs);
    }
    this.try(this.request.isIdempotent && this.request.isWhole ? Infinity : freshMs);
  }

  /** A piece of the request body, as the backend is to get it. The buffer stays untouched by the caller. */
  sendBody(piece: Buffer): void {
    if (this.isOver) return;
    this.client.observation.requestBytes += piece.length;
    for (const copy of this.request.copies) copy.sendBody(piece);
    this.retries?.keep(piece);
    if (this.upstream?.isConnected !== true) {
      addPiece(this.held, piece);
      this.client.holdBody();
    } else if (!this.upstream.write(piece)) this.client.holdBody();
  }

  /** The request body is complete. `trailers`: lines each with CRLF, for a backend whose protocol has bodies without framing. */
  finishBody(trailers = ''): void {
    this.bodyIsComplete = true;
    this.trailers = trailers;
    for (const copy of this.request.copies) copy.finishBody();
    if (this.upstream?.isConnected === true) this.upstream.finishRequest(trailers);
  }

  /** The client is gone, or its request turned out to be broken. */
  abort(): void {
    this.settle();
    this.upstream?.destroy();
    this.upstream = undefined;
  }

  /** The client takes bytes again. */
  resume(): void {
    this.upstream?.resume();
  }

  private try(mostRestMs: number): void {
    const upstream = this.target.pool.call(this.request.hint, mostRestMs, this.retries?.failed ?? this.failed);
    if (typeof upstream === 'string') return this.refuse(upstream);
    this.tries++;
    this.client.observation.try(upstream.endpoint);
    this.upstream = upstream;
    if (this.action.backendTimeoutMs > 0) {
      this.tryTimer ??= new Timer(() => this.tryTimedOut());
      this.client.runtime.wheel.arm(this.tryTimer, this.action.backendTimeoutMs);
    }
    upstream.send(this, this.request.text, this.request.isWhole);
    if (upstream.isConnected && !this.request.isWhole) this.onConnected();
  }

  /** Another try, as the route's policy wants it. */
  private tryAgain(failure: Failure, retries: Retries): void {
    const { stats, wheel } = this.client.runtime;
    if (this.target.pool.retryBudget?.spend() === false) return this.refuse('retry-budget');
    stats.retries++;
    if (this.tryTimer !== undefined) wheel.remove(this.tryTimer);
    const { delayMs, pieces } = retries.begin(failure, this.target.pool, this.held);
    this.held = pieces;
    if (delayMs === 0) return this.try(-1);
    this.waitTimer ??= new Timer(() => this.try(freshMs));
    wheel.arm(this.waitTimer, delayMs);
  }

  private tryTimedOut(): void {
    if (!this.hasBegun) this.upstream?.endpoint?.answered(504);
    if (this.hasBegun || this.retries?.allows('time') !== true) return this.timeOut('backend-timeout');
    this.client.runtime.stats.timeouts++;
    this.upstream?.destroy();
    this.upstream = undefined;
    this.tryAgain('time', this.retries);
  }

  private timeOut(cause: Cause): void {
    this.client.runtime.stats.timeouts++;
    this.abort();
    if (this.hasBegun) this.breakOff(cause);
    else this.refuse(cause);
  }

  private breakOff(cause: Cause): void {
    this.client.observation.cause = cause;
    this.client.breakOff();
  }

  private refuse(cause: Cause): void {
    this.settle();
    this.client.refuse(cause, this.request.refusalLines + (cause === 'overloaded' ? 'retry-after: 1\r\n' : ''));
  }

  /** The exchange is over, one way or the other: nothing is waited for, and no copy can become whole any more. */
  private settle(): void {
    const { wheel } = this.client.runtime;
    this.isOver = true;
    if (this.requestTimer !== undefined) wheel.remove(this.requestTimer);
    if (this.tryTimer !== undefined) wheel.remove(this.tryTimer);
    if (this.waitTimer !== undefined) wheel.remove(this.waitTimer);
    if (!this.bodyIsComplete) for (const copy of this.request.copies) copy.lose();
  }

  onConnected(): void {
    const { upstream } = this;
    if (upstream === undefined || this.request.isWhole) return;
    let takesMore = true;
    for (const piece of this.held.splice(0)) takesMore = upstream.write(piece);
    if (this.bodyIsComplete) upstream.finishRequest(this.trailers);
    if (takesMore) this.client.resumeBody();
  }

  onDrain(): void {
    this.client.resumeBody();
  }

  onInterim(head: ResponseHead): void {
    this.client.writer.interim(head);
  }

  onHead(head: ResponseHead): void {
    if (this.retries?.wants(head.status) === true) return this.putAside(this.retries);
    this.hasBegun = true;
    this.client.observation.endpoint = this.upstream?.endpoint;
    if (this.requestTimer !== undefined) this.client.runtime.wheel.remove(this.requestTimer);
    this.client.observation.answer(head.status);
    this.client.observation.facts?.trace?.noteResponse(head);
    this.client.writer.head(head, this.responseEdit());
  }

  /** The client never sees this answer: another try follows. */
  private putAside(retries: Retries): void {
    const { upstream } = this;
    this.upstream = undefined;
    upstream?.discard();
    this.tryAgain('status', retries);
  }

  onSwitch(head: ResponseHead): void {
    this.hasBegun = true;
    this.settle();
    this.client.observation.answer(head.status);
    this.client.observation.facts?.trace?.noteResponse(head);
    this.client.writer.switchOver(head, this.responseEdit());
    this.client.beginTunnel();
  }

  private responseEdit(): HeaderEdit | undefined {
    const { session, responseEdit } = this.request;
    return session === undefined ? responseEdit : session.edit(this.upstream?.endpoint?.token, responseEdit);
  }

  text(text: string): void {
    this.client.observation.responseBytes += text.length;
    this.client.writer.text(text);
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    this.client.observation.responseBytes += to - from;
    this.client.writer.bytes(buffer, from, to);
  }

  lend(buffer: Buffer, from: number, to: number): void {
    const { observation, writer } = this.client;
    observation.responseBytes += to - from;
    if (writer.lend === undefined) writer.bytes(buffer, from, to);
    else writer.lend(buffer, from, to);
  }

  flush(): boolean {
    return this.client.writer.flush();
  }

  onEnd(trailers: string): void {
    this.client.writer.end(trailers);
    this.settle();
    this.upstream = undefined;
    this.client.finish();
  }

  onFault(fault: UpstreamFault, heard: boolean, isReused: boolean): void {
    const endpoint = this.upstream?.endpoint;
    this.client.observation.endpoint = endpoint;
    this.upstream = undefined;
    if (this.hasBegun) {
      this.settle();
      return this.breakOff(causeOf(fault));
    }
    if (this.isStale(fault, heard, isReused)) {
      this.client.runtime.stats.retries++;
      // A second stale connection would only cost another try, so the next one is new.
      return this.try(-1);
    }
    if (fault === 'connect-failed' || fault === 'connect-timeout' || fault === 'handshake-failed') return this.unconnected(fault, endpoint);
    this.refuse(causeOf(fault));
  }

  /** No connection came about: nothing was sent, so nothing can happen twice. Without a policy of the route each endpoint gets one chance. */
  private unconnected(fault: UpstreamFault, endpoint: EndpointPool | undefined): void {
    const { retries, target: { pool } } = this;
    if (retries?.allows('connection') === true) {
      if (endpoint !== undefined) retries.failed.push(endpoint);
      return this.tryAgain('connection', retries);
    }
    if (endpoint !== undefined) (this.failed ??= []).push(endpoint);
    if (this.action.retry !== undefined || this.tries >= mostTries || !pool.hasOthers(this.failed)) return this.refuse(causeOf(fault));
    if (pool.retryBudget?.spend() === false) return this.refuse('retry-budget');
    this.client.runtime.stats.retries++;
    this.try(-1);
  }

  /**
   * A reused connection turned out to be closed: no byte of an answer came, the whole request is at hand, and repeating it is
   * harmless (RFC 9112 section 9.3.1); or the backend says that it did nothing with it (RFC 9113 section 8.7). That is no retry in the sense of a route's policy.
   */
  private isStale(fault: UpstreamFault, heard: boolean, isReused: boolean): boolean {
    if (!this.request.isWhole || this.tries >= mostTries) return false;
    return fault === 'refused' || (fault === 'backend-closed' && isReused && !heard && this.request.isIdempotent);
  }

  /** In a tunnel: a piece from the client; false where the backend is slow. */
  tunnel(piece: Buffer): boolean {
    this.client.observation.requestBytes += piece.length;
    return this.upstream?.write(piece) ?? true;
  }

  /** In a tunnel: the client ended its side. */
  endTunnelInput(): void {
    this.upstream?.endTunnel();
  }

  onTunnelEnd(): void {
    this.flush();
    this.client.endTunnelOutput();
  }

  onTunnelClosed(): void {
    this.upstream = undefined;
    this.client.endTunnel();
  }
}

/** Why a request failed whose last try ended so. */
function causeOf(fault: UpstreamFault): Cause {
  return fault === 'refused' ? 'backend-closed' : fault;
}
