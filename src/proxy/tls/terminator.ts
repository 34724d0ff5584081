import type { Socket } from 'node:net';
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import type { Certificate } from '../../ir/index.ts';
import type { Runtime } from '../runtime.ts';
import type { CertificateTable } from './certificates.ts';

const minVersion = 'TLSv1.2';

/** Ends TLS on accepted sockets. A name without certificate fails its handshake; TLS 1.2 is the oldest version. */
export class Terminator {
  private table: CertificateTable;
  private default: Certificate | undefined;
  private readonly server: Server;

  /** `protocols`: what ALPN offers; empty: ALPN is left unanswered, as where the bytes' protocol is not known. */
  // oxlint-disable-next-line max-params -- each is given once, where the socket is bound.
  constructor(table: CertificateTable, runtime: Runtime, serve: (socket: TLSSocket) => void, protocols: readonly string[] = ['http/1.1']) {
    this.table = table;
    this.server = createServer({
      ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }), minVersion, handshakeTimeout: runtime.options.timeouts.handshakeMs, allowHalfOpen: true,
      SNICallback: (name, answer) => this.choose(name, answer),
    }, serve);
    this.server.on('tlsClientError', (_, socket) => {
      runtime.stats.tlsHandshakeFailures++;
      socket.destroy();
    });
    this.swap(table);
  }

  /** Offers other certificates from the next handshake on. */
  swap(table: CertificateTable): void {
    this.table = table;
    const certificate = table.default;
    if (isSame(certificate, this.default)) return;
    this.default = certificate;
    this.server.setSecureContext(certificate === undefined ? { minVersion }
      : { cert: certificate.chain, key: certificate.key.reveal(), minVersion });
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

function isSame(one: Certificate | undefined, other: Certificate | undefined): boolean {
  return one?.chain === other?.chain && one?.key.reveal() === other?.key.reveal();
}
