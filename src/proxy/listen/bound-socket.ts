import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ListenerReport } from '../../contract/index.ts';
import { ClientConnection } from '../http1/client-connection.ts';
import type { Door, ServedConnection } from '../http1/door.ts';
import { isWithin } from '../http1/forwarded-client.ts';
import { ServerSession } from '../http2/server-session.ts';
import { awaitHello } from '../l4/hello-door.ts';
import { StreamConnection } from '../l4/stream-connection.ts';
import { passageOf, type PlainEntry } from '../l4/stream-table.ts';
import { StreamObservation } from '../observe/stream-observation.ts';
import type { SocketTable } from '../route/socket-table.ts';
import type { Runtime } from '../runtime.ts';
import { endTurn } from '../time/turn.ts';
import { asksMore } from '../tls/demands.ts';
import { Terminators } from '../tls/terminators.ts';
import { clientOf, passOn, peerOf } from './announced-clients.ts';
import { bindFailure, type BoundDoor, type Leaving, type Place, type Serving } from './bound-door.ts';
import { awaitProxyHeader } from './proxy-header-door.ts';

/** Connections that the kernel completes and keeps until they are accepted. */
const backlog = 4096;

/** A port on which connections are accepted. What is served there is swapped; the port and its connections stay. */
export class BoundSocket implements Door, BoundDoor {
  table: SocketTable;
  isClosing = false;
  readonly connections: Set<ServedConnection> = new Set();
  private readonly runtime: Runtime;
  private readonly server: Server;
  private streams: Serving['streams'];
  private certificates: Serving['certificates'];
  private terminator: Terminators | undefined;
  /** Ends TLS where bytes are carried on, whatever protocol they are of. */
  private streamTerminator: Terminators | undefined;
  /** The port that is to be lent and has not come yet. */
  private lent: string | undefined;
  /** Sockets whose handshake has not ended, by the client's address and port. */
  private readonly waiting: Map<string, Socket> = new Map();

  constructor(serving: Serving, runtime: Runtime) {
    this.table = serving.table;
    this.runtime = runtime;
    this.server = createServer({ noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => this.accept(socket));
  }

  /** Binds, and answers what became of it. */
  open(place: Place, id: string): Promise<ListenerReport> {
    const { sockets } = this.runtime;
    if (sockets === undefined) return this.listen({ host: place.address, port: place.port, reusePort: this.runtime.options.reusePort }, place);
    this.lent = id;
    sockets.take(id, (handle) => {
      this.lent = undefined;
      void this.listen({ _handle: handle }, place);
    });
    return Promise.resolve({ state: 'serving' });
  }

  private listen(where: ListenOptions | { readonly _handle: unknown }, place: Place): Promise<ListenerReport> {
    return new Promise((resolve) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => resolve(bindFailure(error, place)));
      this.server.listen(where, backlog, () => {
        this.server.removeAllListeners('error');
        // What fails now fails for one connection, for example with EMFILE: the port stays open.
        this.server.on('error', () => this.runtime.stats.acceptErrors++);
        resolve({ state: 'serving' });
      });
    });
  }

  /** The address and port really bound. */
  get bound(): Place | undefined {
    const info = this.server.address() as AddressInfo | null;
    return info === null ? undefined : { address: info.address, port: info.port };
  }

  /** Serves something else from the next request or connection on; connections stay, unless clients must show more than theirs did. */
  swap({ table, streams, certificates }: Serving): void {
    this.table = table;
    this.streams = streams;
    const isStricter = asksMore(certificates, this.certificates);
    this.certificates = certificates;
    if (certificates === undefined) {
      this.terminator = this.streamTerminator = undefined;
    } else if (this.terminator === undefined || this.streamTerminator === undefined) {
      this.terminator = new Terminators(certificates, this.runtime, { serve: (socket) => this.serve(socket), carries: 'requests' });
      this.streamTerminator = new Terminators(certificates, this.runtime, { serve: (socket) => this.serveTerminated(socket), carries: 'bytes' });
    } else {
      this.terminator.swap(certificates);
      this.streamTerminator.swap(certificates);
    }
    if (isStricter) for (const connection of this.connections) connection.leaveNow?.();
  }

  /** Connections with a request under way end with their response. */
  close(manner: Leaving): void {
    this.isClosing = true;
    if (this.lent !== undefined) this.runtime.sockets?.forget(this.lent);
    this.server.close();
    // A connection may be idle whose last answer is still to be written.
    endTurn();
    if (manner === 'prompt') for (const socket of this.waiting.values()) socket.destroy();
    for (const connection of this.connections) {
      if (connection.leave !== undefined) connection.leave();
      else if (connection.isIdle && manner === 'prompt') connection.socket.destroy();
    }
  }

  get isEmpty(): boolean {
    return this.connections.size === 0 && this.waiting.size === 0;
  }

  cut(): void {
    for (const socket of this.waiting.values()) socket.destroy();
    for (const { socket } of this.connections) socket.destroy();
  }

  renewTickets(): void {
    this.terminator?.renewTickets();
    this.streamTerminator?.renewTickets();
  }

  forget(connection: ServedConnection): void {
    this.connections.delete(connection);
  }

  private accept(socket: Socket): void {
    const { runtime } = this;
    if (!runtime.crowd.admits(socket)) return;
    if (runtime.announcers === undefined || !isWithin(runtime.announcers, peerOf(socket).address)) return this.admit(socket);
    this.wait(socket);
    awaitProxyHeader(socket, runtime, { lead: (read) => this.admit(read), refuse: (cause) => this.refuse(socket, cause) });
  }

  /** Goes on with a connection of which it is known whose it is. */
  private admit(socket: Socket): void {
    const { streams } = this;
    if (streams === undefined && this.terminator?.needsName !== true) this.terminate(socket, this.terminator);
    else if (streams?.plain !== undefined) this.relay(socket, streams.plain);
    else {
      this.wait(socket);
      socket.resume();
      awaitHello(socket, this.runtime, { lead: (read, serverName) => this.lead(read, serverName), refuse: (cause) => this.refuse(socket, cause) });
    }
  }

  /** The ClientHello is there, and put back. What has no route is closed before the handshake, so that no alert is sent. */
  private lead(socket: Socket, serverName: string): void {
    if (this.streams === undefined) return this.terminate(socket, this.terminator, serverName);
    const entry = this.streams.find(serverName);
    if (entry?.kind === 'requests') this.terminate(socket, this.terminator, serverName);
    else if (entry?.kind === 'terminate' && entry.relays !== undefined) this.terminate(socket, this.streamTerminator, serverName);
    else this.relay(socket, entry);
  }

  /** What came is no TLS handshake that could be led anywhere. */
  private refuse(socket: Socket, because: string): void {
    const client = { transport: 'tcp', ...clientOf(socket) } as const;
    this.runtime.stats.streamsRefused++;
    const observation = new StreamObservation(client, { listener: this.table.meter, rule: undefined, destination: { kind: 'refuse', because } }, this.runtime);
    observation.cause = because;
    observation.end();
    socket.destroy();
  }

  private terminate(socket: Socket, terminator: Terminators | undefined, serverName?: string): void {
    if (terminator === undefined) return this.serve(socket);
    this.wait(socket);
    terminator.accept(socket, serverName);
  }

  private wait(socket: Socket): void {
    const key = keyOf(socket);
    this.waiting.set(key, socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      if (this.waiting.get(key) === socket) this.waiting.delete(key);
    });
  }

  /** The handshake of a connection is over; who its client is goes over to the TLS on it. */
  private leaveWaiting(socket: Socket): void {
    const key = keyOf(socket);
    passOn(this.waiting.get(key), socket);
    this.waiting.delete(key);
  }

  private serve(socket: Socket | TLSSocket): void {
    if (this.waiting.size > 0) this.leaveWaiting(socket);
    const isHttp2 = (socket as Partial<TLSSocket>).alpnProtocol === 'h2';
    this.connections.add(isHttp2 ? new ServerSession(socket, this, this.runtime) : new ClientConnection(socket, this, this.runtime));
    // It was stopped where a header before all else was read.
    socket.resume();
  }

  beginHttp2(socket: Socket, early: Buffer): void {
    const session = new ServerSession(socket, this, this.runtime);
    this.connections.add(session);
    session.read(early);
  }

  private serveTerminated(socket: TLSSocket): void {
    const serverName = typeof socket.servername === 'string' ? socket.servername.toLowerCase() : '';
    const entry = this.streams?.find(serverName);
    this.relay(socket, entry?.kind === 'terminate' ? entry : undefined);
  }

  private relay(socket: Socket, entry: PlainEntry = { relays: undefined, listener: this.table.meter }): void {
    if (this.waiting.size > 0) this.leaveWaiting(socket);
    const connection = new StreamConnection(socket, passageOf(entry), this, this.runtime);
    if (!socket.destroyed) this.connections.add(connection);
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
