import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Runtime } from '../runtime.ts';
import type { StreamObservation } from '../observe/stream-observation.ts';
import { Timer } from '../time/wheel.ts';
import type { EndpointPool } from '../upstream/backend-pool.ts';

/** What a session tells its door. */
export interface SessionOwner {
  /** A datagram of the endpoint for the session's client. */
  answer(session: UdpSession, datagram: Buffer): void;
  ended(session: UdpSession): void;
}

/** Datagrams that wait while the socket to the endpoint is being opened; more are dropped. */
const mostWaiting = 64;

/**
 * One client address and port, and the endpoint that serves it until neither has sent anything for a while. The socket to the
 * endpoint is connected, so that nobody else can answer in its place and a refusal is noticed.
 */
export class UdpSession {
  readonly address: string;
  readonly port: number;
  private readonly endpoint: EndpointPool;
  private readonly observation: StreamObservation;
  private readonly owner: SessionOwner;
  private readonly runtime: Runtime;
  private readonly socket: Socket;
  private readonly timer: Timer;
  /** Undefined once the socket is connected. */
  private waiting: Buffer[] | undefined = [];
  private hasEnded = false;
  private idleMs: number;

  constructor(observation: StreamObservation, endpoint: EndpointPool, owner: SessionOwner, runtime: Runtime) {
    this.address = observation.client.address;
    this.port = observation.client.port;
    this.observation = observation;
    observation.try(endpoint);
    this.endpoint = endpoint;
    endpoint.streams++;
    this.owner = owner;
    this.runtime = runtime;
    this.timer = new Timer(() => this.end());
    this.idleMs = runtime.options.timeouts.udpIdleMs;
    runtime.stats.udpSessions++;
    runtime.stats.activeUdpSessions++;
    this.socket = createSocket(isIPv6(endpoint.address) ? 'udp6' : 'udp4');
    this.socket.on('error', () => this.end());
    this.socket.on('message', (datagram) => this.receive(datagram));
    this.socket.connect(endpoint.port, endpoint.address, (error?: Error) => this.connected(error));
    this.touch();
  }

  /** False once the endpoint has left its backend: the next datagram belongs to a new session. */
  get isCurrent(): boolean {
    return this.endpoint.isActive;
  }

  /** Passes a datagram of the client on. */
  send(datagram: Buffer): void {
    this.touch();
    if (this.waiting === undefined) this.transmit(datagram);
    else if (this.waiting.length < mostWaiting) this.waiting.push(datagram);
    else this.runtime.stats.udpDropped++;
  }

  /** Ends when nothing has moved for `ms`, where that is sooner. */
  hasten(ms: number): void {
    if (this.idleMs !== 0 && this.idleMs <= ms) return;
    this.idleMs = ms;
    this.touch();
  }

  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { stats, wheel } = this.runtime;
    stats.activeUdpSessions--;
    this.endpoint.streams--;
    stats.udpDropped += this.waiting?.length ?? 0;
    wheel.remove(this.timer);
    this.observation.end();
    this.socket.close();
    this.owner.ended(this);
  }

  private connected(error: Error | undefined): void {
    if (error !== undefined) this.end();
    if (this.hasEnded) return;
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const datagram of waiting) this.transmit(datagram);
  }

  private transmit(datagram: Buffer): void {
    this.runtime.stats.udpReceived++;
    this.observation.received(datagram.length);
    this.socket.send(datagram, (error) => {
      if (error !== null) this.runtime.stats.udpDropped++;
    });
  }

  private receive(datagram: Buffer): void {
    this.touch();
    this.observation.sent(datagram.length);
    this.owner.answer(this, datagram);
  }

  private touch(): void {
    this.runtime.wheel.arm(this.timer, this.idleMs);
  }
}
