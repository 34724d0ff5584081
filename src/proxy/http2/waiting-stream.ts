import type { Cause } from '../errors.ts';
import { Admission } from '../filter/external-auth/admission.ts';
import type { ClientFacts } from '../http1/client-facts.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Gated } from '../route/decide.ts';
import { addPiece, isSmall } from '../pieces.ts';
import type { Runtime } from '../runtime.ts';
import type { ForwardedContext } from '../trace/join-trace.ts';

/** The stream of a request that waits. */
export interface WaitingClient {
  readonly runtime: Runtime;
  /** Everybody was asked. */
  goOn(waiting: WaitingStream): void;
  bodyFault(cause: Cause): void;
  /** Bytes were taken: the client may send as many again. */
  prepay(bytes: number): void;
  /** The next piece of the body must come soon. */
  expectBody(): void;
}

/** What is known of a request over HTTP/2 when it comes to a gate. */
export interface RequestAtGate {
  readonly gated: Gated;
  /** It was just read. */
  readonly head: RequestHead;
  /** Its fields without those of the framing, and without the empty line. */
  readonly text: string;
  readonly facts: ClientFacts;
  /** The trace that it belongs to. */
  readonly context: ForwardedContext | undefined;
  /** -1: none. */
  readonly contentLength: number;
}

/** A request over HTTP/2 at a gate, with all that came of its body. What comes is kept within the stream's window, unless authorizers want to see it. */
export class WaitingStream {
  readonly admission: Admission;
  /** The client waits to be told to send its body. */
  readonly expectsContinue: boolean;
  pieces: Buffer[] = [];
  size = 0;
  /** The body must come first, because authorizers want to see it. */
  isGathering = false;
  private readonly client: WaitingClient;
  private readonly announced: number;

  constructor({ gated, head, text, facts, context, contentLength }: RequestAtGate, client: WaitingClient) {
    this.client = client;
    this.expectsContinue = head.expectsContinue;
    this.announced = contentLength;
    this.admission = new Admission(gated, { text, facts, context, version: 'HTTP/2', requestId: head.requestId }, client.runtime, () => client.goOn(this));
  }

  /** Takes what came with the head; `isLast`: the body is complete. The request may go on before this returns, as with the others. */
  begin(early: readonly Buffer[], isLast: boolean): void { // oxlint-disable-line -- a fact of the request.
    const { bodyBytes } = this.admission;
    if (bodyBytes > 0 && this.announced > bodyBytes) return this.client.bodyFault('auth-body-too-large');
    this.isGathering = bodyBytes > 0 && !(isLast && early.length === 0);
    for (const piece of early) if (!this.feed(piece)) return;
    if (!this.isGathering) this.admission.start();
    else if (isLast) this.end();
    else this.client.expectBody();
  }

  /** Takes a piece of the body; the buffer may be used again afterwards. False where it is one too many. */
  feed(piece: Buffer): boolean {
    addPiece(this.pieces, isSmall(piece) ? piece : Buffer.from(piece));
    this.size += piece.length;
    if (!this.isGathering) return true;
    this.client.prepay(piece.length);
    if (this.size > this.admission.bodyBytes) {
      this.client.bodyFault('auth-body-too-large');
      return false;
    }
    this.client.expectBody();
    return true;
  }

  /** The body is complete. */
  end(): void {
    if (!this.isGathering) return;
    this.isGathering = false;
    this.admission.start(Buffer.concat(this.pieces));
  }
}
