import type { Socket } from 'node:net';
import type { Cause } from '../errors.ts';
import { Admission, roomier } from '../filter/external-auth/admission.ts';
import { addPiece } from '../pieces.ts';
import type { Observation } from '../observe/observation.ts';
import type { Decision, Gated } from '../route/decide.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import type { BodySink } from './chunked.ts';
import type { ClientFacts } from './client-facts.ts';
import { mostHeldBytes, mostInline } from './measures.ts';
import { RequestBody } from './request-body.ts';
import type { RequestHead } from './request-head.ts';

/** Where a request of HTTP/1 came from. */
export interface WaitingClient {
  readonly runtime: Runtime;
  readonly facts: ClientFacts;
  readonly observation: Observation;
  readonly socket: Socket;
  readonly writer: { own(text: string): void };
  /** Everybody was asked. The head was read again; `rest` is all that came behind it. */
  goOn(decision: Decision, rest: Buffer): void;
  refuseWaiting(cause: Cause): void;
}

/** A request at a gate, with all that came behind its head. The head that was read serves other requests meanwhile, so it is kept as text. */
export class WaitingRequest implements BodySink {
  private readonly client: WaitingClient;
  private readonly head: RequestHead;
  private readonly expectsContinue: boolean;
  /** What Connection takes out, in trailers too. */
  private readonly hopNames: readonly string[];
  private readonly admission: Admission;
  private readonly announced: number;
  private readonly body: RequestBody;
  /** The body must come first, because authorizers want to see it. */
  private isGathering = false;
  private isOver = false;
  private readonly raw: Buffer[] = [];
  private size = 0;
  private readonly content: Buffer[] = [];
  private contentSize = 0;
  private readonly timer = new Timer(() => this.refuse('body-timeout'));

  /** `head` was just read, and gets the request back in the end. */
  constructor(gated: Gated, head: RequestHead, client: WaitingClient) {
    const { runtime, facts } = client;
    this.client = client;
    this.head = head;
    this.expectsContinue = head.expectsContinue;
    this.hopNames = head.connection.names;
    const text = head.text.slice(head.start, head.end - 2);
    const context = client.observation.facts?.trace?.forwarded;
    this.admission = new Admission(gated, { text, facts, context, version: 'HTTP/1.1', requestId: head.requestId }, runtime, () => this.settled());
    this.announced = head.isChunked ? 0 : Math.max(head.contentLength, 0);
    this.body = new RequestBody(head.isChunked ? 'chunked' : this.announced, runtime.options.limits, [], 'unwrap');
  }

  /** Takes what came with the head. The request may go on before this returns, as with `feed`. */
  begin(early: Buffer): void {
    const { bodyBytes } = this.admission;
    if (bodyBytes > 0 && this.announced > bodyBytes) return this.refuse('auth-body-too-large');
    this.isGathering = bodyBytes > 0 && !this.body.isDone;
    this.feed(early);
    if (this.isOver) return;
    if (!this.isGathering) this.admission.start();
    else if (this.expectsContinue) this.client.writer.own('HTTP/1.1 100 Continue\r\n\r\n');
  }

  /** Takes bytes behind the head. */
  feed(chunk: Buffer): void {
    if (chunk.length > 0) addPiece(this.raw, chunk);
    this.size += chunk.length;
    if (this.isGathering) this.gather(chunk);
    // Reading goes on for a while, because a client that leaves is only seen by reading.
    else if (this.size >= mostHeldBytes) this.client.socket.pause();
  }

  private gather(chunk: Buffer): void {
    const { body, admission, client: { runtime } } = this;
    body.feed(chunk, 0, this);
    if (body.fault !== undefined) return this.refuse(body.fault);
    if (this.contentSize > admission.bodyBytes) return this.refuse('auth-body-too-large');
    if (!body.isDone) return runtime.wheel.arm(this.timer, runtime.options.timeouts.bodyMs);
    this.isGathering = false;
    runtime.wheel.remove(this.timer);
    if (this.size >= mostHeldBytes) this.client.socket.pause();
    admission.start(Buffer.concat(this.content));
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    this.contentSize += to - from;
    addPiece(this.content, buffer.subarray(from, to));
  }

  /** Only framing comes as text, and none of it is asked for. */
  text(): void {}

  /** The client is gone. */
  abort(): void {
    this.isOver = true;
    this.client.runtime.wheel.remove(this.timer);
    this.admission.abort();
  }

  private refuse(cause: Cause): void {
    this.abort();
    this.client.refuseWaiting(cause);
  }

  private settled(): void {
    const { client, head, admission } = this;
    const rest = Buffer.concat(this.raw);
    this.isOver = true;
    if (this.reread(rest)) client.goOn(admission.decide({ request: head, observation: client.observation }), rest);
    else client.refuseWaiting('auth-failed');
  }

  /** Reads the head again, with what authorizers made of it. Of what is behind it no more is needed as text than goes out with a head. */
  private reread(rest: Buffer): boolean {
    const { head, admission, client: { facts, runtime: { options: { limits } } } } = this;
    head.believed = facts.isTrusted;
    const cause = head.read(`${admission.text}\r\n${rest.toString('latin1', 0, mostInline + 1)}`, 0, roomier(limits));
    head.requestId = admission.requestId;
    head.connection.names = [...this.hopNames, ...admission.takenOut];
    return cause === undefined;
  }
}
