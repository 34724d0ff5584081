import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ListenerReport } from '../../contract/index.ts';
import { bindFailure, type BoundDoor, type Leaving, type Place, type Serving } from '../listen/bound-door.ts';
import type { Runtime } from '../runtime.ts';
import { StreamObservation } from '../observe/stream-observation.ts';
import { Timer } from '../time/wheel.ts';
import { passageOf, type StreamTable } from './stream-table.ts';
import { UdpSession, type SessionOwner } from './udp-session.ts';

/** What the kernel may hold for a busy moment, bytes; it gives less where its own limit is lower. */
const bufferBytes = 4 << 20;

/** How often, and after how long each time, a port is tried again that another process is about to leave. */
const mostBinds = 100;
const rebindMs = 40;
/** A session of a closed port ends when nothing has moved for so long. */
const quietMs = 1000;

/**
 * A UDP port. Each client address and port is a session of its own with one endpoint, chosen by weight when its first datagram comes;
 * answers leave from the port itself. A session outlives what is swapped in, as a TCP connection does, until its endpoint is gone.
 */
export class UdpDoor implements BoundDoor, SessionOwner {
  private streams: StreamTable | undefined;
  private socket: Socket | undefined;
  private readonly runtime: Runtime;
  /** The port that is to be lent and has not come yet. */
  private lent: string | undefined;
  private isClosed = false;
  /** Of a closed port whose sessions find no end. */
  private readonly limit = new Timer(() => this.cut());
  private readonly sessions = new Map<string, UdpSession>();

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  open(place: Place, id: string): Promise<ListenerReport> {
    const { sockets } = this.runtime;
    if (sockets === undefined) return this.bind(place);
    this.lent = id;
    sockets.take(id, () => {
      this.lent = undefined;
      this.bindPatiently(place, mostBinds);
    });
    return Promise.resolve({ state: 'serving' });
  }

  /** Another process may have the port still, and be about to let go of it. */
  private bindPatiently(place: Place, tries: number): void {
    void this.bind(place).then(({ state }) => {
      if (state === 'failed' && tries > 1 && !this.isClosed) this.runtime.wheel.arm(new Timer(() => this.bindPatiently(place, tries - 1)), rebindMs);
    });
  }

  private bind(place: Place): Promise<ListenerReport> {
    const socket = createSocket({
      type: isIPv6(place.address) ? 'udp6' : 'udp4', reusePort: this.runtime.options.reusePort,
      recvBufferSize: bufferBytes, sendBufferSize: bufferBytes,
      // Clients are addresses already; asking a resolver would cost a turn of the event loop for each answer.
      lookup: (host, _options, answer) => answer(null, host, isIPv6(host) ? 6 : 4),
    });
    return new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => {
        socket.close();
        resolve(bindFailure(error, place));
      });
      socket.bind({ address: place.address, port: place.port }, () => {
        socket.removeAllListeners('error');
        socket.on('error', () => this.runtime.stats.acceptErrors++);
        socket.on('message', (datagram, client) => this.receive(datagram, client));
        if (this.isClosed) socket.close();
        else this.socket = socket;
        resolve({ state: 'serving' });
      });
    });
  }

  get bound(): Place | undefined {
    if (this.socket === undefined) return undefined;
    const { address, port } = this.socket.address();
    return { address, port };
  }

  swap({ streams }: Serving): void {
    this.streams = streams;
  }

  get isEmpty(): boolean {
    return this.sessions.size === 0;
  }

  /** Exchanges under way come to their end; but where another process is to have the port, it must be free at once. */
  close(manner: Leaving): void {
    this.isClosed = true;
    if (this.lent !== undefined) this.runtime.sockets?.forget(this.lent);
    if (manner === 'patient' || this.isEmpty) return this.cut();
    for (const session of this.sessions.values()) session.hasten(quietMs);
    this.runtime.wheel.arm(this.limit, this.runtime.options.timeouts.udpIdleMs);
  }

  cut(): void {
    for (const session of this.sessions.values()) session.end();
    this.runtime.wheel.remove(this.limit);
    this.socket?.close();
    this.socket = undefined;
  }

  answer({ address, port }: UdpSession, datagram: Buffer): void {
    const { stats } = this.runtime;
    stats.udpSent++;
    this.socket?.send(datagram, port, address, (error) => {
      if (error !== null) stats.udpDropped++;
    });
  }

  ended(session: UdpSession): void {
    const client = `${session.address} ${session.port}`;
    if (this.sessions.get(client) === session) this.sessions.delete(client);
    if (this.isClosed && this.isEmpty && this.socket !== undefined) this.cut();
  }

  private receive(datagram: Buffer, client: RemoteInfo): void {
    const session = this.sessionOf(client);
    if (session === undefined) this.runtime.stats.udpDropped++;
    else session.send(datagram);
  }

  private sessionOf(client: RemoteInfo): UdpSession | undefined {
    const key = `${client.address} ${client.port}`;
    const known = this.sessions.get(key);
    if (known?.isCurrent === true) return known;
    known?.end();
    if (this.isClosed) return undefined;
    if (this.sessions.size >= this.runtime.options.limits.udpSessions) {
      this.streams?.plain?.listener.countCause('too-many-sessions');
      return undefined;
    }
    const entry = this.streams?.plain;
    if (entry === undefined) return undefined;
    const passage = passageOf(entry);
    const { destination } = passage;
    const endpoint = 'because' in destination ? undefined : destination.next(destination.hintFor(undefined, client.address));
    if (endpoint === undefined) {
      entry.listener.countCause('because' in destination ? destination.because : 'no-endpoint');
      return undefined;
    }
    const observation = new StreamObservation({ transport: 'udp', address: client.address, port: client.port }, passage, this.runtime);
    const session = new UdpSession(observation, endpoint, this, this.runtime);
    this.sessions.set(key, session);
    return session;
  }
}
