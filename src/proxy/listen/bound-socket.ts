import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ListenerReport } from '../../contract/index.ts';
import { ClientConnection } from '../http1/client-connection.ts';
import type { Door, ServedConnection } from '../http1/door.ts';
import type { SocketTable } from '../route/socket-table.ts';
import type { Runtime } from '../runtime.ts';
import type { CertificateTable } from '../tls/certificates.ts';
import { Terminator } from '../tls/terminator.ts';

/** Where to bind: an IP address and a port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** A port on which connections are accepted. What is served there is swapped; the port and its connections stay. */
export class BoundSocket implements Door {
  table: SocketTable;
  isClosing = false;
  readonly connections: Set<ServedConnection> = new Set();
  private readonly runtime: Runtime;
  private readonly server: Server;
  private terminator: Terminator | undefined;
  private readonly waiting: Set<Socket> = new Set();

  constructor(table: SocketTable, runtime: Runtime) {
    this.table = table;
    this.runtime = runtime;
    this.server = createServer({ noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => this.accept(socket));
  }

  /** Binds, and answers what became of it. */
  open(place: Place): Promise<ListenerReport> {
    return new Promise((resolve) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => resolve(bindFailure(error, place)));
      this.server.listen({ host: place.address, port: place.port, backlog: 4096, reusePort: this.runtime.options.reusePort }, () => {
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

  /** Serves something else from the next request on; connections stay. */
  swap(table: SocketTable, certificates: CertificateTable | undefined): void {
    this.table = table;
    if (certificates === undefined) this.terminator = undefined;
    else if (this.terminator === undefined) this.terminator = new Terminator(certificates, this.runtime, (socket) => this.serve(socket));
    else this.terminator.swap(certificates);
  }

  /** Accepts no more; idle connections end now, others with their response. */
  close(): void {
    this.isClosing = true;
    this.server.close();
    for (const socket of this.waiting) socket.destroy();
    for (const connection of this.connections) {
      if (connection.isIdle) connection.socket.destroy();
    }
  }

  forget(connection: ServedConnection): void {
    this.connections.delete(connection);
  }

  private accept(socket: Socket): void {
    if (this.terminator === undefined) return this.serve(socket);
    this.waiting.add(socket);
    socket.once('close', () => this.waiting.delete(socket));
    this.terminator.accept(socket);
  }

  private serve(socket: Socket | TLSSocket): void {
    this.connections.add(new ClientConnection(socket, this, this.runtime));
  }
}

function bindFailure(error: NodeJS.ErrnoException, place: Place): ListenerReport {
  const where = `${place.address}:${place.port}`;
  switch (error.code) {
    case 'EADDRINUSE': return { state: 'failed', reason: 'PortUnavailable', message: `${where} is in use by another program` };
    case 'EADDRNOTAVAIL': return { state: 'failed', reason: 'AddressNotUsable', message: `${place.address} is not an address of this machine` };
    case 'EACCES': return { state: 'failed', reason: 'AddressNotUsable', message: `No right to bind ${where}` };
    default: return { state: 'failed', reason: 'Invalid', message: `Cannot bind ${where}: ${error.message}` };
  }
}
