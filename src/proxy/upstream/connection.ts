import type { Socket } from 'node:net';
import { ChunkedDecoder } from '../http1/chunked.ts';
import { ResponseHead } from '../http1/response-head.ts';
import { hasWholeHead, isHopeless, valueOf } from '../http1/scan-head.ts';
import type { Runtime } from '../runtime.ts';
import { atEndOfTurn, type TurnWriter } from '../time/turn.ts';
import { Timer } from '../time/wheel.ts';
import type { UpstreamCall } from './call.ts';
import { Discard } from './discard.ts';
import type { ResponseReceiver, UpstreamFault } from './receiver.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import { namedConnectionMs } from './name-lookup.ts';
import { ReadBuffers } from './read-buffers.ts';
import { connectTo } from './secure.ts';

const head = new ResponseHead();
const mostInterim = 64;
/** A discarded answer that takes longer, or is longer, costs its connection. */
const patience = { ms: 1000, bytes: 65_536 };

type Phase = 'head' | 'length' | 'chunked' | 'close' | 'tunnel' | 'done';

/** One connection to an endpoint, carrying one request at a time over HTTP/1.1. */
export class UpstreamConnection implements UpstreamCall, TurnWriter {
  readonly socket: Socket;
  readonly endpoint: EndpointPool;
  isConnected = false;
  /** Responses that it has carried to their end. */
  served = 0;
  private receiver: ResponseReceiver | undefined;
  private phase: Phase = 'head';
  private partial = '';
  private remaining = 0;
  private decoder: ChunkedDecoder | undefined;
  private heard = false;
  private interims = 0;
  private mayReuse = false;
  private idleMs: number;
  private restedSince = 0;
  private readonly bornAt: number;
  private requestIsWhole = true;
  /** A TLS handshake is under way, or done. */
  private isOpen = false;
  /** A request that waits for the connection, or for the end of this turn. */
  private waitingText = '';
  private readonly buffers = new ReadBuffers();
  /** Nothing is read until the client has taken what came last. */
  private isHeld = false;
  private readonly runtime: Runtime;
  private readonly timer: Timer;

  constructor(endpoint: EndpointPool, runtime: Runtime) {
    this.endpoint = endpoint;
    this.runtime = runtime;
    this.idleMs = runtime.options.timeouts.upstreamIdleMs;
    this.timer = new Timer(() => this.expire());
    runtime.stats.upstreamConnects++;
    runtime.stats.activeUpstreamConnections++;
    endpoint.meter.opened();
    const { socket, ready } = connectTo(endpoint, 'http/1.1', {
      allowHalfOpen: true, onread: { buffer: this.buffers.next, callback: (size, buffer) => this.read(size, buffer as Buffer) },
    });
    this.socket = socket;
    this.socket.once(ready, () => this.connected());
    if (ready === 'secureConnect') this.socket.once('connect', () => { this.isOpen = true; });
    this.socket.on('drain', () => this.receiver?.onDrain());
    this.socket.on('end', () => this.ended());
    this.socket.on('error', (error) => this.failed(error));
    this.socket.on('close', () => this.closed());
    runtime.wheel.arm(this.timer, runtime.options.timeouts.connectMs);
    this.bornAt = runtime.wheel.now;
  }

  /** Begins a request. `isWhole`: `text` holds all of it; otherwise `finishRequest` follows. */
  send(receiver: ResponseReceiver, text: string, isWhole: boolean): void {
    this.receiver = receiver;
    this.phase = 'head';
    this.heard = false;
    this.interims = 0;
    this.requestIsWhole = isWhole;
    this.waitingText = text;
    // An endpoint that must prove who it is gets nothing before it has.
    if (!this.isConnected) return;
    this.timer.deadline = Infinity;
    atEndOfTurn(this);
  }

  writeOut(): void {
    if (!this.isConnected || this.waitingText === '') return;
    const text = this.waitingText;
    this.waitingText = '';
    this.socket.write(text, 'latin1');
  }

  write(piece: Buffer): boolean {
    this.writeOut();
    return this.socket.write(piece);
  }

  resume(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.socket.resume();
  }

  endTunnel(): void {
    this.writeOut();
    this.socket.end();
  }

  finishRequest(): void {
    this.requestIsWhole = true;
  }

  /** How long it has been idle, in whole steps of the clock. */
  restedMs(): number {
    return this.runtime.wheel.elapsedSince(this.restedSince);
  }

  discard(): void {
    if (this.requestIsWhole && this.isConnected) new Discard(this.runtime, patience).take(this);
    else this.destroy();
  }

  /** Another receiver gets what is still to come. */
  handOver(receiver: ResponseReceiver): void {
    this.receiver = receiver;
  }

  /** Ends the connection and tells nobody. */
  destroy(): void {
    this.receiver = undefined;
    this.socket.destroy();
  }

  private connected(): void {
    this.isConnected = true;
    this.runtime.wheel.arm(this.timer, 0);
    this.endpoint.connected();
    this.writeOut();
    this.receiver?.onConnected();
  }

  /** All bytes of a response come through here; answers whether to go on reading. */
  private read(size: number, buffer: Buffer): boolean {
    const { receiver } = this;
    if (receiver === undefined) {
      // Bytes that belong to no request: whoever sent them cannot be trusted with another one.
      this.endpoint.remove(this);
      this.socket.destroy();
      return true;
    }
    if (this.waitingText !== '') {
      // An answer to a request that was not sent yet is none; another connection gets the request.
      this.fault('backend-closed');
      return true;
    }
    this.heard = true;
    const at = this.phase === 'head' ? this.readHead(receiver, buffer, size) : 0;
    // Whoever got the head may have handed the rest over, or ended the connection.
    const taker = this.receiver;
    if (at < 0 || taker === undefined) return true;
    const end = this.readBody(taker, buffer, at, size);
    if (end < 0 || this.receiver === undefined) return true;
    const goesOn = taker.flush();
    if (this.phase !== 'done') {
      if (this.phase !== 'head' && (goesOn || !this.buffers.isLent)) this.buffers.adapt(size);
      this.isHeld = !goesOn;
      return goesOn;
    }
    this.giveBack(goesOn);
    this.finish(taker, end === size);
    return true;
  }

  /** A body to its receiver, without a copy where it comes in a buffer of our own. */
  private pass(receiver: ResponseReceiver, { buffer, from, to }: { readonly buffer: Buffer; readonly from: number; readonly to: number }): void {
    if (this.buffers.isLent && receiver.lend !== undefined) receiver.lend(buffer, from, to);
    else receiver.bytes(buffer, from, to);
  }

  /** The large buffer goes back, or stays with the write that reads from it. */
  private giveBack(isFree: boolean): void {
    if (isFree) this.buffers.release();
    else this.buffers.leave();
  }

  /** Reads heads until the final one; answers where the body begins in the buffer, or -1 where more must come or all is over. */
  private readHead(receiver: ResponseReceiver, buffer: Buffer, size: number): number {
    const before = this.partial.length;
    const text = before === 0 ? buffer.toString('latin1', 0, size) : this.partial + buffer.toString('latin1', 0, size);
    let start = 0;
    while (hasWholeHead(text, start === 0 ? Math.max(0, before - 3) : start)) {
      if (!head.read(text, start, { headerCount: this.runtime.options.limits.headerCount, toHead: receiver.toHead })) {
        return this.fault('bad-response');
      }
      if (head.end - start > this.runtime.options.limits.responseHeadBytes) return this.fault('bad-response');
      start = head.end;
      if (head.status === 101) return this.switchOver(receiver) ? start - before : -1;
      if (head.status >= 200) {
        this.partial = '';
        this.beginBody(receiver);
        return start - before;
      }
      if (++this.interims > mostInterim) return this.fault('bad-response');
      receiver.onInterim(head);
      if (this.receiver !== receiver) return -1;
    }
    const rest = start === 0 ? text : text.slice(start);
    this.partial = rest;
    if (rest.length > this.runtime.options.limits.responseHeadBytes || isHopeless(rest, start === 0 ? before : 0)) {
      return this.fault('bad-response');
    }
    receiver.flush();
    return -1;
  }

  private switchOver(receiver: ResponseReceiver): boolean {
    this.partial = '';
    if (!isAsked(receiver.upgrade)) {
      this.fault('bad-response');
      return false;
    }
    this.phase = 'tunnel';
    receiver.onSwitch(head);
    return true;
  }

  private beginBody(receiver: ResponseReceiver): void {
    const { framing } = head;
    // Where an upgrade was asked for, the two sides may differ on whether it came about: no other request goes there.
    this.mayReuse = framing !== 'close' && !head.connection.close && receiver.upgrade === '';
    this.idleMs = this.runtime.options.timeouts.upstreamIdleMs;
    if (head.keepAliveSeconds >= 0) {
      const offered = head.keepAliveSeconds * 1000 - 1000;
      if (offered <= 0) this.mayReuse = false;
      else this.idleMs = Math.min(this.idleMs, offered);
    }
    this.phase = framing === 'none' ? 'done' : framing;
    if (framing === 'length') this.remaining = head.contentLength;
    else if (framing === 'chunked') this.decoder = new ChunkedDecoder(receiver.chunkMode, this.runtime.options.limits, head.connection.names);
    this.endpoint.answered(head.status);
    receiver.onHead(head);
  }

  /** Passes on the part of the buffer that is body; answers where it ended, or -1 where the response is broken. */
  private readBody(receiver: ResponseReceiver, buffer: Buffer, from: number, size: number): number {
    switch (this.phase) {
      case 'length': {
        const end = Math.min(size, from + this.remaining);
        if (end > from) this.pass(receiver, { buffer, from, to: end });
        this.remaining -= end - from;
        if (this.remaining === 0) this.phase = 'done';
        return end;
      }
      case 'chunked': {
        const decoder = this.decoder as ChunkedDecoder;
        const end = decoder.feed(buffer, from, size, receiver);
        if (decoder.fault !== undefined) return this.fault('bad-response');
        if (decoder.isDone) this.phase = 'done';
        return end;
      }
      case 'close':
      case 'tunnel':
        if (size > from) this.pass(receiver, { buffer, from, to: size });
        return size;
      default:
        return from;
    }
  }

  /** The response is complete: the connection rests, or ends where it cannot carry another. */
  private finish(receiver: ResponseReceiver, isClean: boolean): void {
    const trailers = this.decoder?.trailers ?? '';
    this.receiver = undefined;
    this.decoder = undefined;
    this.phase = 'head';
    if (this.mayReuse && isClean && this.requestIsWhole && this.endpoint.isActive && !this.isOld && this.socket.writableLength === 0) {
      this.served++;
      this.restedSince = this.runtime.wheel.now;
      this.runtime.wheel.arm(this.timer, this.idleMs);
      this.endpoint.rest(this);
    } else this.socket.destroy();
    receiver.onEnd(trailers);
  }

  /** A name may stand for other addresses by now. */
  private get isOld(): boolean {
    return this.endpoint.names !== undefined && this.runtime.wheel.elapsedSince(this.bornAt) > namedConnectionMs;
  }

  private fault(fault: UpstreamFault): -1 {
    const { receiver } = this;
    this.receiver = undefined;
    this.socket.destroy();
    if (!this.isConnected) this.endpoint.missed();
    else if (this.heard || this.served === 0) this.endpoint.answered(502);
    receiver?.onFault(fault, this.heard, this.served > 0);
    return -1;
  }

  private expire(): void {
    if (this.receiver === undefined) {
      this.endpoint.remove(this);
      this.socket.destroy();
    } else if (!this.isConnected) this.fault('connect-timeout');
  }

  private ended(): void {
    const { receiver } = this;
    if (this.phase === 'tunnel' && receiver !== undefined) receiver.onTunnelEnd();
    else if (this.phase === 'close' && receiver !== undefined) {
      this.mayReuse = false;
      this.finish(receiver, true);
    } else if (receiver === undefined) {
      this.endpoint.remove(this);
      this.socket.destroy();
    } else this.fault(this.faultNow());
  }

  private failed(error: NodeJS.ErrnoException): void {
    const { receiver } = this;
    if (!this.isConnected) {
      this.runtime.stats.upstreamConnectFailures++;
      this.endpoint.meter.connectFailures++;
    }
    if (receiver === undefined || this.phase === 'tunnel') return;
    this.fault(error.syscall === 'getaddrinfo' ? 'name-failed' : this.faultNow());
  }

  private faultNow(): UpstreamFault {
    if (this.isConnected) return 'backend-closed';
    return this.isOpen ? 'handshake-failed' : 'connect-failed';
  }

  private closed(): void {
    this.runtime.stats.activeUpstreamConnections--;
    this.endpoint.meter.activeConnections--;
    this.runtime.wheel.remove(this.timer);
    this.giveBack(!this.isHeld);
    const { receiver } = this;
    this.endpoint.closed(this);
    if (receiver === undefined) return;
    if (this.phase === 'tunnel') {
      this.receiver = undefined;
      receiver.onTunnelClosed();
    } else this.fault(this.faultNow());
  }
}

/** Whether the head read last switches to the one protocol that was asked for (RFC 9110 section 15.2.2). */
function isAsked(protocol: string): boolean {
  if (protocol === '' || head.upgradeField < 0 || !head.connection.upgrade) return false;
  return valueOf(head.text, head.upgradeField).toLowerCase() === protocol.toLowerCase();
}
