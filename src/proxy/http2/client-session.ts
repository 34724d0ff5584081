import type { TLSSocket } from 'node:tls';
import type { Runtime } from '../runtime.ts';
import type { UpstreamFault } from '../upstream/receiver.ts';
import { ClientStream } from './client-stream.ts';
import {
  COMPRESSION_ERROR, ENABLE_PUSH, ENHANCE_YOUR_CALM, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE, NO_ERROR, preface, PROTOCOL_ERROR,
} from './frames.ts';
import { MessageText } from './message-text.ts';
import type { EndpointPool } from '../upstream/endpoint-pool.ts';
import { namedConnectionMs } from '../upstream/name-lookup.ts';
import { connectTo } from '../upstream/secure.ts';
import { Session, streamWindow } from './session.ts';

const message = new MessageText();
/** Streams at once before the backend has named its limit. */
const mostUnasked = 100;
/** Connections are left while stream numbers last. */
const mostNumber = 0x7fff_0000;

/** One connection to an endpoint, by prior knowledge (RFC 9113 section 3.3) or by ALPN over TLS, carrying many requests at a time. */
export class ClientSession extends Session<ClientStream> {
  isConnected = false;
  protected override readonly isShared = true;
  /** Streams that it has carried to their end. */
  served = 0;
  /** Why streams are lost when the connection goes. */
  lossFault: UpstreamFault = 'connect-failed';
  private nextStream = 1;
  private readonly bornAt: number;
  private isLeaving = false;
  private heardSettings = false;
  readonly endpoint: EndpointPool;

  constructor(endpoint: EndpointPool, runtime: Runtime) {
    const { socket: opened, ready } = connectTo(endpoint, 'h2', {});
    super(opened, runtime);
    this.endpoint = endpoint;
    runtime.stats.upstreamConnects++;
    runtime.stats.activeUpstreamConnections++;
    endpoint.meter.opened();
    const { socket } = this;
    // An endpoint that must prove who it is gets nothing before it has.
    if (endpoint.secure !== undefined) {
      socket.cork();
      socket.once('connect', () => { this.lossFault = 'handshake-failed'; });
    }
    socket.write(preface, 'latin1');
    this.greet([[ENABLE_PUSH, 0], [INITIAL_WINDOW_SIZE, streamWindow], [MAX_HEADER_LIST_SIZE, runtime.options.limits.responseHeadBytes]]);
    socket.once(ready, () => this.connected());
    socket.on('data', (piece: Buffer) => this.receive(piece));
    socket.on('end', () => this.gone());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall === 'getaddrinfo') this.lossFault = 'name-failed';
      socket.destroy();
    });
    socket.on('close', () => this.closed());
    runtime.wheel.arm(this.timer, runtime.options.timeouts.connectMs);
    this.bornAt = runtime.wheel.now;
  }

  get scheme(): 'http' | 'https' {
    return this.endpoint.secure === undefined ? 'http' : 'https';
  }

  /** Requests under way. */
  get active(): number {
    return this.streams.size;
  }

  /** Whether another request can go over it now. */
  get hasRoom(): boolean {
    const most = this.heardSettings ? this.peer.maxStreams : mostUnasked;
    if (this.endpoint.names !== undefined && this.runtime.wheel.elapsedSince(this.bornAt) > namedConnectionMs) return false;
    return !this.isLeaving && !this.isEnding && this.streams.size < most && this.nextStream < mostNumber;
  }

  /** Opens a stream; only where there is room. */
  open(): ClientStream {
    const stream = new ClientStream(this.nextStream, this, { send: this.peer.initialWindow, receive: streamWindow });
    this.nextStream += 2;
    this.streams.set(stream.id, stream);
    if (this.isConnected) this.runtime.wheel.arm(this.timer, 0);
    return stream;
  }

  /** A stream has come to its end on both sides. */
  close(stream: ClientStream): void {
    this.served++;
    this.forget(stream);
  }

  /** Takes no more requests; ends when those under way have ended. */
  retire(): void {
    if (!this.isLeaving) this.endpoint.leave(this);
    this.isLeaving = true;
    if (this.streams.size === 0) this.socket.destroy();
  }

  private connected(): void {
    const { socket } = this;
    if (this.endpoint.secure !== undefined) {
      if ((socket as TLSSocket).alpnProtocol !== 'h2') {
        socket.destroy();
        return;
      }
      socket.uncork();
    }
    this.isConnected = true;
    this.lossFault = 'backend-closed';
    this.endpoint.connected();
    this.runtime.wheel.arm(this.timer, this.streams.size === 0 ? this.runtime.options.timeouts.upstreamIdleMs : 0);
    for (const stream of this.streams.values()) stream.connected();
  }

  private gone(): void {
    this.retire();
    this.socket.destroy();
  }

  private closed(): void {
    const { stats, wheel } = this.runtime;
    stats.activeUpstreamConnections--;
    this.endpoint.meter.activeConnections--;
    if (!this.isConnected) {
      stats.upstreamConnectFailures++;
      this.endpoint.meter.connectFailures++;
    }
    wheel.remove(this.timer);
    this.retire();
    this.loseStreams();
    if (!this.isConnected) this.endpoint.missed();
    this.endpoint.ended();
  }

  protected isUnopened(stream: number): boolean {
    return stream % 2 === 0 || stream >= this.nextStream;
  }

  protected onHeaders(id: number, block: Buffer, isLast: boolean): number {
    if (this.isUnopened(id)) return PROTOCOL_ERROR;
    const stream = this.streams.get(id);
    message.begin(stream?.hasHead === true ? 'trailers' : 'response', this.runtime.options.limits.responseHeadBytes);
    if (!this.decoder.decode(block, 0, block.length, message.take)) return COMPRESSION_ERROR;
    if (stream === undefined && !this.spendControl()) return ENHANCE_YOUR_CALM;
    stream?.onMessage(message, isLast);
    return NO_ERROR;
  }

  /** Requests that the backend has not seen go elsewhere (RFC 9113 section 6.8). */
  protected onGoAway(lastStream: number): void {
    this.retire();
    const unseen = [...this.streams.values()].filter(({ id }) => id > lastStream);
    for (const stream of unseen) {
      this.forget(stream);
      stream.fault('refused');
    }
  }

  protected onSettings(): void {
    this.heardSettings = true;
  }

  protected onLocalEnd(): void {
    // The stream ends with the response.
  }

  protected onForgotten(): void {
    this.endpoint.ended();
    if (this.streams.size > 0) return;
    if (this.isLeaving) this.socket.destroySoon();
    else this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.upstreamIdleMs);
  }

  protected expire(): void {
    if (!this.isConnected) this.lossFault = 'connect-timeout';
    else if (this.streams.size > 0 && !this.isEnding) return;
    this.retire();
    this.socket.destroy();
  }
}
