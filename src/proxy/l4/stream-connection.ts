import type { Socket } from 'node:net';
import type { Cause, UntoldCause } from '../errors.ts';
import { clientOf } from '../listen/announced-clients.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import type { EndpointPool } from '../upstream/backend-pool.ts';
import { ReadBuffers } from '../upstream/read-buffers.ts';
import { proxyHeader } from '../upstream/proxy-header.ts';
import { connectTo } from '../upstream/secure.ts';
import { StreamObservation } from '../observe/stream-observation.ts';
import type { Passage } from './stream-table.ts';

/** Where a stream came in. */
export interface StreamDoor {
  forget(connection: StreamConnection): void;
}

/** A connection tries this many endpoints at most. */
const mostTries = 8;

/**
 * One connection of a client, carried to an endpoint byte by byte. The endpoint is connected to before the client says anything,
 * since in some protocols the server speaks first. An end of one side is passed on and the other side stays; so is a reset.
 */
export class StreamConnection {
  readonly socket: Socket;
  /** A stream is never known to be between two messages. */
  readonly isIdle = false;
  private upstream: Socket | undefined;
  private endpoint: EndpointPool | undefined;
  /** Endpoints that took no connection. */
  private failed: EndpointPool[] | undefined;
  private isJoined = false;
  private readonly buffers = new ReadBuffers();
  /** The endpoint waits until the client has taken what was written last. */
  private isHeld = false;
  private readonly observation: StreamObservation;
  /** Why the last endpoint could not be reached. */
  private lastFault: Cause = 'no-endpoint';
  private readonly door: StreamDoor;
  private readonly runtime: Runtime;
  private readonly timer: Timer;

  /** Takes over a socket that nobody reads: bytes that were read before must have been put back. */
  constructor(socket: Socket, passage: Passage, door: StreamDoor, runtime: Runtime) {
    this.socket = socket;
    this.observation = new StreamObservation({ transport: 'tcp', ...clientOf(socket) }, passage, runtime);
    this.door = door;
    this.runtime = runtime;
    this.timer = new Timer(() => this.expire());
    runtime.stats.streams++;
    runtime.stats.activeStreams++;
    socket.pause();
    socket.on('error', () => this.broken('client-closed', this.upstream));
    socket.on('close', () => this.closed());
    this.reach();
  }

  /** Connects to the next endpoint in turn. */
  private reach(): void {
    const { observation, runtime } = this;
    const { destination } = observation.passage;
    if ('because' in destination) return this.refuse(destination.because);
    const endpoint = observation.tries >= mostTries || !destination.hasOthers(this.failed) ? undefined : destination.next(destination.hintFor(undefined, observation.client.address), this.failed);
    if (endpoint === undefined) return this.refuse(destination.isRefused ? 'tls-refused' : this.lastFault);
    observation.try(endpoint);
    this.endpoint = endpoint;
    this.upstream = this.connect(endpoint);
    runtime.wheel.arm(this.timer, runtime.options.timeouts.connectMs);
  }

  private refuse(cause: string): void {
    this.runtime.stats.streamsRefused++;
    this.observation.cause = cause;
    this.socket.destroy();
  }

  private prefaceFor({ owner: { announces } }: EndpointPool): Buffer | undefined {
    if (announces === undefined) return undefined;
    return proxyHeader(announces, this.observation.client, { address: this.socket.localAddress ?? '', port: this.socket.localPort ?? 0 });
  }

  private connect(endpoint: EndpointPool): Socket {
    const { stats } = this.runtime;
    stats.upstreamConnects++;
    stats.activeUpstreamConnections++;
    endpoint.meter.opened();
    endpoint.streams++;
    const { socket: upstream, ready } = connectTo(endpoint, undefined, { allowHalfOpen: true, preface: this.prefaceFor(endpoint), onread: { buffer: this.buffers.next, callback: (size) => this.bring(size) } });
    upstream.once(ready, () => this.join(upstream));
    upstream.on('end', () => this.socket.end());
    upstream.on('drain', () => this.drained());
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (this.isJoined) this.broken('backend-closed', this.socket);
      else if (error.syscall === 'getaddrinfo') this.missed(upstream, 'name-failed');
      else this.missed(upstream, upstream.pending ? 'connect-failed' : 'handshake-failed');
    });
    upstream.on('close', () => {
      stats.activeUpstreamConnections--;
      endpoint.meter.activeConnections--;
      endpoint.streams--;
      // One that could not be reached closes late; by then another may carry the connection.
      if (this.upstream !== undefined && this.upstream !== upstream) return;
      if (!this.isHeld) this.buffers.release();
      if (this.isJoined) this.afterClose(this.socket);
    });
    return upstream;
  }

  /** The endpoint could not be reached; the client has sent nothing that is lost by trying another. */
  private missed(upstream: Socket, cause: Cause): void {
    if (this.upstream !== upstream) return;
    if (this.endpoint !== undefined) {
      this.endpoint.missed();
      (this.failed ??= []).push(this.endpoint);
    }
    this.lastFault = cause;
    this.runtime.stats.upstreamConnectFailures++;
    if (this.observation.backend !== undefined) this.observation.backend.connectFailures++;
    this.upstream = undefined;
    upstream.destroy();
    if (!this.socket.destroyed) this.reach();
  }

  private join(upstream: Socket): void {
    if (this.upstream !== upstream || this.socket.destroyed) {
      upstream.destroy();
      return;
    }
    this.isJoined = true;
    this.endpoint?.connected();
    const { socket } = this;
    socket.on('data', (chunk: Buffer) => this.send(upstream, chunk));
    socket.on('end', () => upstream.end());
    this.touch();
    socket.resume();
  }

  /** From the client to the endpoint, no faster than the endpoint takes it. */
  private send(upstream: Socket, chunk: Buffer): void {
    this.runtime.stats.streamBytesReceived += chunk.length;
    this.observation.received(chunk.length);
    this.touch();
    if (!upstream.write(chunk)) this.socket.pause();
  }

  private drained(): void {
    this.touch();
    this.socket.resume();
  }

  /** From the endpoint to the client; answers whether to read on. */
  private bring(size: number): boolean {
    const { socket, buffers } = this;
    this.runtime.stats.streamBytesSent += size;
    this.observation.sent(size);
    this.touch();
    const wasLent = buffers.isLent;
    const part = buffers.take(size);
    const needsDrain = !socket.write(part, this.taken);
    // A buffer that is lent belongs to the write until the kernel has it all; it mostly takes it at once.
    this.isHeld = needsDrain || (wasLent && buffers.isLent && socket.writableLength > 0);
    return !this.isHeld;
  }

  private readonly taken = (): void => {
    if (!this.isHeld || this.socket.writableLength > 0) return;
    this.isHeld = false;
    this.touch();
    this.upstream?.resume();
  };

  private touch(): void {
    this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.streamIdleMs);
  }

  private expire(): void {
    if (this.isJoined) {
      this.runtime.stats.timeouts++;
      this.observation.cause = 'idle-timeout';
      this.socket.destroy();
      this.upstream?.destroy();
    } else if (this.upstream !== undefined) this.missed(this.upstream, 'connect-timeout');
  }

  /** One side broke: the other must not take it for an end. */
  private broken(cause: Cause | UntoldCause, other: Socket | undefined): void {
    if (this.observation.cause === '') this.observation.cause = cause;
    if (other === undefined || other.destroyed) return;
    if ('encrypted' in other || other.connecting) other.destroy();
    else other.resetAndDestroy();
  }

  /** One side is closed altogether: what it sent before its end may still be on the way to the other. */
  private afterClose(other: Socket): void {
    if (other.writableEnded) other.destroySoon();
    else other.destroy();
  }

  private closed(): void {
    this.runtime.stats.activeStreams--;
    this.observation.end();
    this.runtime.wheel.remove(this.timer);
    this.door.forget(this);
    const { upstream } = this;
    if (upstream === undefined) return;
    if (this.isJoined) this.afterClose(upstream);
    else {
      this.upstream = undefined;
      upstream.destroy();
    }
  }
}
