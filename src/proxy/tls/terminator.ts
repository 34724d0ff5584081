import type { Socket } from 'node:net';
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import type { Runtime } from '../runtime.ts';
import type { CertificateTable } from './certificates.ts';

/** Ends TLS on accepted sockets. A name without certificate fails its handshake; TLS 1.2 is the oldest version. */
export class Terminator {
  table: CertificateTable;
  private readonly server: Server;

  constructor(table: CertificateTable, runtime: Runtime, serve: (socket: TLSSocket) => void) {
    this.table = table;
    this.server = createServer({
      ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2', handshakeTimeout: runtime.options.timeouts.handshakeMs, allowHalfOpen: true,
      SNICallback: (name, answer) => this.choose(name, answer),
    }, serve);
    this.server.on('tlsClientError', (_, socket) => {
      runtime.stats.tlsHandshakeFailures++;
      socket.destroy();
    });
  }

  /** Begins the handshake on an accepted socket. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.server.emit('connection', socket);
  }

  private choose(name: string, answer: (error: Error | null, context?: SecureContext) => void): void {
    const secure = this.table.find(name);
    if (secure === undefined) answer(new Error(`No certificate for ${name}`));
    else answer(null, secure);
  }
}
