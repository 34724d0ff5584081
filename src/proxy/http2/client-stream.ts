import { ResponseHead } from '../http1/response-head.ts';
import { allowedTrailers } from '../http1/trailers.ts';
import type { UpstreamCall } from '../upstream/call.ts';
import type { EndpointPool } from '../upstream/endpoint-pool.ts';
import type { ResponseReceiver, UpstreamFault } from '../upstream/receiver.ts';
import type { ClientSession } from './client-session.ts';
import { CANCEL, END_STREAM, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from './frames.ts';
import type { MessageText } from './message-text.ts';
import { Stream } from './stream.ts';
import { encodeRequest } from './write-fields.ts';

const head = new ResponseHead();
const mostInterim = 64;
/** Body bytes that may wait for the backend's window before the client is asked to wait. */
const mostPending = 65_536;

/** One request to a backend over HTTP/2. */
export class ClientStream extends Stream implements UpstreamCall {
  private readonly session: ClientSession;
  private receiver: ResponseReceiver | undefined;
  private heard = false;
  hasHead = false;
  private interims = 0;
  /** Bytes of the body that are still to come; -1 where no length was given. */
  private remaining = -1;
  /** Bytes that the client was too slow for. */
  private unread = 0;
  private isSlow = false;
  private isStarved = false;

  constructor(id: number, session: ClientSession, windows: { readonly send: number; readonly receive: number }) {
    super(id, windows);
    this.session = session;
  }

  get endpoint(): EndpointPool {
    return this.session.endpoint;
  }

  get isConnected(): boolean {
    return this.session.isConnected;
  }

  send(receiver: ResponseReceiver, text: string, isWhole: boolean): void {
    const { session } = this;
    this.receiver = receiver;
    const { block, end } = encodeRequest(session.encoder, text, session.scheme);
    const hasBody = text.length > end;
    session.writer.headers(this.id, block, isWhole && !hasBody ? END_STREAM : 0, this.place);
    if (!isWhole) return;
    if (hasBody) {
      const body = Buffer.from(text.slice(end), 'latin1');
      session.sendData(this, body, 0, body.length);
      session.endStream(this, '');
    } else this.isLocalEnded = true;
  }

  write(piece: Buffer): boolean {
    this.session.sendData(this, piece, 0, piece.length);
    this.isStarved = this.pendingBytes > mostPending;
    return !this.isStarved;
  }

  finishRequest(trailers: string): void {
    if (!this.isLocalEnded && this.ending === undefined) this.session.endStream(this, trailers);
  }

  resume(): void {
    this.isSlow = false;
    if (this.unread === 0) return;
    this.session.consume(this, this.unread);
    this.unread = 0;
  }

  destroy(): void {
    if (this.receiver === undefined) return;
    this.receiver = undefined;
    this.session.reset(this, CANCEL);
  }

  discard(): void {
    this.destroy();
  }

  /** Tunnels are not carried over HTTP/2. */
  endTunnel(): void {
    this.destroy();
  }

  connected(): void {
    this.receiver?.onConnected();
  }

  /** A header list came. */
  onMessage(message: MessageText, isLast: boolean): void {
    const { receiver } = this;
    if (receiver === undefined) return;
    this.heard = true;
    if (this.hasHead) return this.takeTrailers(message, receiver, isLast);
    const { headerCount } = this.session.runtime.options.limits;
    const isRead = !message.isTooLarge && message.isResponse && head.read(message.responseText(), 0, { headerCount, toHead: receiver.toHead });
    if (!isRead) return this.refuse();
    if (head.status >= 200) return this.takeHead(receiver, isLast);
    if (isLast || ++this.interims > mostInterim) return this.refuse();
    receiver.onInterim(head);
    receiver.flush();
  }

  private takeHead(receiver: ResponseReceiver, isLast: boolean): void {
    this.hasHead = true;
    if (head.framing === 'length') this.remaining = head.contentLength;
    else if (head.framing === 'none') this.remaining = 0;
    if (isLast && this.remaining > 0) return this.refuse();
    this.isRemoteEnded = isLast;
    this.endpoint.answered(head.status);
    receiver.onHead(head);
    if (this.receiver === undefined) return;
    if (isLast) this.complete(receiver, '');
    else receiver.flush();
  }

  private takeTrailers(message: MessageText, receiver: ResponseReceiver, isLast: boolean): void {
    const lines = isLast && !message.isMalformed && !message.isTooLarge ? allowedTrailers(message.trailerText(), 256) : undefined;
    if (lines === undefined || this.remaining > 0) return this.refuse();
    this.isRemoteEnded = true;
    this.complete(receiver, lines);
  }

  onData(piece: Buffer, isLast: boolean): void {
    const { receiver, session } = this;
    if (receiver === undefined) return;
    if (!this.hasHead) return this.refuse();
    if (this.remaining >= 0) {
      this.remaining -= piece.length;
      if (this.remaining < 0 || (isLast && this.remaining > 0)) return this.refuse();
    }
    if (piece.length > 0) receiver.bytes(piece, 0, piece.length);
    if (isLast) return this.complete(receiver, '');
    if (!receiver.flush()) this.isSlow = true;
    if (this.isSlow) this.unread += piece.length;
    else session.consume(this, piece.length);
  }

  private complete(receiver: ResponseReceiver, trailers: string): void {
    this.receiver = undefined;
    if (this.isLocalEnded) this.session.close(this);
    else this.session.reset(this, NO_ERROR);
    receiver.onEnd(trailers);
    receiver.flush();
  }

  /** The response cannot be used. */
  private refuse(): void {
    this.session.reset(this, PROTOCOL_ERROR);
    this.fault('bad-response');
  }

  /** The try is over. */
  fault(fault: UpstreamFault): void {
    const { receiver } = this;
    this.receiver = undefined;
    if (fault === 'bad-response' || (fault === 'backend-closed' && (this.heard || this.session.served === 0))) this.endpoint.answered(502);
    receiver?.onFault(fault, this.heard, this.session.served > 0);
  }

  onDrained(): void {
    if (!this.isStarved) return;
    this.isStarved = false;
    this.receiver?.onDrain();
  }

  onReset(code: number): void {
    this.fault(code === REFUSED_STREAM && !this.heard ? 'refused' : 'backend-closed');
  }

  onLost(): void {
    this.fault(this.session.lossFault);
  }

  onBroken(): void {
    this.fault('bad-response');
  }
}
