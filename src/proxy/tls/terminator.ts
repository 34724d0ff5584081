import type { Socket } from 'node:net';
import type { SecureContext, Server, TLSSocket } from 'node:tls';
import type { Certificate, ClientValidation } from '../../ir/index.ts';
import type { Runtime } from '../runtime.ts';
import { authoritiesOf, type CertificateTable, pairsOf } from './certificates.ts';
import { asksMore } from './demands.ts';
import { nodeTls } from './node-tls.ts';

const minVersion = 'TLSv1.2';

/** AES with 128 bits and SHA-256 first: as strong as the rest of a handshake, and processors have instructions for both. */
const preferred = 'TLS_AES_128_GCM_SHA256';
const ciphers = (): string => [preferred, ...nodeTls().DEFAULT_CIPHERS.split(':').filter((name) => name !== preferred)].join(':');

/** Ends TLS on accepted sockets. A name without certificate fails its handshake; TLS 1.2 is the oldest version. */
export class Terminator {
  private table: CertificateTable;
  private default: readonly Certificate[] = [];
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
    const choose = this.choose.bind(this);
    const server = nodeTls().createServer({
      requestCert: clientValidation !== undefined, rejectUnauthorized: clientValidation?.mode === 'require',
      // The default is made from the command line, which need not be the same in all processes.
      sessionIdContext: 'postern',
      ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }), minVersion, handshakeTimeout: runtime.options.timeouts.handshakeMs, allowHalfOpen: true,
      SNICallback(this: TLSSocket, name, answer) {
        choose(name, this, answer);
      },
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
    const certificates = table.default;
    const changesValidation = !isSameValidation(table.clientValidation, this.table.clientValidation);
    if (changesValidation) this.isStricter = asksMore(table, this.table);
    this.table = table;
    // What clients are asked for is fixed in a server; connections of the old one live on.
    if (changesValidation) this.server = this.makeServer();
    else if (isSame(certificates, this.default) && this.hasContext) return;
    this.default = certificates;
    this.hasContext = true;
    this.server.setSecureContext(certificates.length === 0 ? { minVersion, ciphers: ciphers() }
      : { ...pairsOf(certificates), minVersion, ciphers: ciphers(), ...authoritiesOf(table.clientValidation) });
    this.renewTickets();
  }

  /** A ticket is good where the same listeners show the same certificate and ask their clients for the same proof, in any process. */
  renewTickets(): void {
    const { protocols, runtime, table } = this;
    this.server.setTicketKeys(runtime.tickets.keysFor(JSON.stringify([protocols, table.scope, table.clientValidation, ...this.default.map(({ chain }) => chain)])));
  }

  /** Begins the handshake on an accepted socket. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.server.emit('connection', socket);
  }

  private choose(name: string, socket: TLSSocket, answer: (error: Error | null, context?: SecureContext) => void): void {
    const secure = this.table.find(name, () => socket.getSharedSigalgs());
    if (secure === undefined) answer(new Error(`No certificate for ${name}`));
    else if (secure === 'default') answer(null);
    else answer(null, secure);
  }
}

function isSame(some: readonly Certificate[], others: readonly Certificate[]): boolean {
  return some.length === others.length && some.every(({ chain, key }, index) => chain === others[index]?.chain && key.reveal() === others[index].key.reveal());
}

function isSameValidation(one: ClientValidation | undefined, other: ClientValidation | undefined): boolean {
  return one?.mode === other?.mode && one?.authorities.join('\0') === other?.authorities.join('\0');
}
