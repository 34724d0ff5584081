import type { Socket } from 'node:net';
import type { SecureContext, Server, TLSSocket } from 'node:tls';
import type { Certificate, ClientValidation } from '../../ir/index.ts';
import type { Runtime } from '../runtime.ts';
import { authoritiesOf, type CertificateTable } from './certificates.ts';
import { asksMore } from './demands.ts';
import { nodeTls } from './node-tls.ts';

const minVersion = 'TLSv1.2';

/** AES with 128 bits and SHA-256 first: as strong as the rest of a handshake, and processors have instructions for both. */
const preferred = 'TLS_AES_128_GCM_SHA256';
const ciphers = (): string => [preferred, ...nodeTls().DEFAULT_CIPHERS.split(':').filter((name) => name !== preferred)].join(':');

/** Ends TLS on accepted sockets. A name without certificate fails its handshake; TLS 1.2 is the oldest version. */
export class Terminator {
  private table: CertificateTable;
  private default: Certificate | undefined;
  private hasContext = false;
  /** Clients must show more than was asked of handshakes that other servers still have under way. */
  private isStricter = false;
  private server: Server;
  private readonly runtime: Runtime;
  private readonly serve: (socket: TLSSocket) => void;
  private readonly protocols: readonly string[];

  /** `protocols`: what ALPN offers; empty: ALPN is left unanswered, as where the bytes' protocol is not known. */
  // oxlint-disable-next-line max-params -- each is given once, where the socket is bound.
  constructor(table: CertificateTable, runtime: Runtime, serve: (socket: TLSSocket) => void, protocols: readonly string[] = ['h2', 'http/1.1']) {
    this.table = table;
    this.runtime = runtime;
    this.serve = serve;
    this.protocols = protocols;
    this.server = this.makeServer();
    this.swap(table);
  }

  private makeServer(): Server {
    const { protocols, runtime, table: { clientValidation } } = this;
    const server = nodeTls().createServer({
      requestCert: clientValidation !== undefined, rejectUnauthorized: clientValidation?.mode === 'require',
      // The default is made from the command line, which need not be the same in all processes.
      sessionIdContext: 'postern',
      ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }), minVersion, handshakeTimeout: runtime.options.timeouts.handshakeMs, allowHalfOpen: true,
      SNICallback: (name, answer) => this.choose(name, answer),
    }, (socket) => {
      if (server === this.server || !this.isStricter) this.serve(socket);
      else socket.destroy();
    });
    server.on('tlsClientError', (_, socket) => {
      runtime.stats.tlsHandshakeFailures++;
      socket.destroy();
    });
    return server;
  }

  /** Offers other certificates from the next handshake on. */
  swap(table: CertificateTable): void {
    const certificate = table.default;
    const changesValidation = !isSameValidation(table.clientValidation, this.table.clientValidation);
    if (changesValidation) this.isStricter = asksMore(table, this.table);
    this.table = table;
    // What clients are asked for is fixed in a server; connections of the old one live on.
    if (changesValidation) this.server = this.makeServer();
    else if (isSame(certificate, this.default) && this.hasContext) return;
    this.default = certificate;
    this.hasContext = true;
    this.server.setSecureContext(certificate === undefined ? { minVersion, ciphers: ciphers() }
      : { cert: certificate.chain, key: certificate.key.reveal(), minVersion, ciphers: ciphers(), ...authoritiesOf(table.clientValidation) });
    this.renewTickets();
  }

  /** A ticket is good where the same listeners show the same certificate and ask their clients for the same proof, in any process. */
  renewTickets(): void {
    const { protocols, runtime, table } = this;
    this.server.setTicketKeys(runtime.tickets.keysFor(JSON.stringify([protocols, table.scope, table.clientValidation, this.default?.chain])));
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

function isSameValidation(one: ClientValidation | undefined, other: ClientValidation | undefined): boolean {
  return one?.mode === other?.mode && one?.authorities.join('\0') === other?.authorities.join('\0');
}
