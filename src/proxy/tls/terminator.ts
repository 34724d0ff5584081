import type { Socket } from 'node:net';
import type { SecureContext, Server, TLSSocket } from 'node:tls';
import type { Certificate, ClientValidation } from '../../ir/index.ts';
import type { Runtime } from '../runtime.ts';
import { authoritiesOf, type CertificateTable, pairsOf } from './certificates.ts';
import { asksMore } from './demands.ts';
import { nodeTls } from './node-tls.ts';
import type { Purpose } from './terminators.ts';
import { contextTerms, type Terms } from './terms.ts';

/** What is known of handshakes before they begin. */
export interface Way {
  readonly terms: Terms;
  /** What they are shown; undefined: what the socket shows to those who name nobody, and others by name. */
  readonly joint?: readonly Certificate[];
}

/** Ends TLS on accepted sockets, on one set of terms. A name without certificate fails its handshake. */
export class Terminator {
  private table: CertificateTable;
  private default: readonly Certificate[] = [];
  private hasContext = false;
  /** Clients must show more than was asked of handshakes that other servers still have under way. */
  private isStricter = false;
  private server: Server;
  private readonly runtime: Runtime;
  private readonly serve: (socket: TLSSocket) => void;
  private readonly terms: Terms;
  /** What ALPN offers; empty: it is left unanswered. */
  private readonly protocols: readonly string[];

  private readonly joint: readonly Certificate[] | undefined;

  // oxlint-disable-next-line max-params -- each is given once, where the socket is bound.
  constructor(table: CertificateTable, { terms, joint }: Way, runtime: Runtime, purpose: Purpose) {
    this.table = table;
    this.terms = terms;
    this.joint = joint;
    this.runtime = runtime;
    this.serve = (socket) => purpose.serve(socket);
    this.protocols = purpose.carries === 'requests' ? terms.alpn : [];
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
      ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }), ...contextTerms(this.terms), handshakeTimeout: runtime.options.timeouts.handshakeMs, allowHalfOpen: true,
      SNICallback(name, answer) {
        choose(name, answer);
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
    const certificates = this.joint ?? table.default;
    const changesValidation = !isSameValidation(table.clientValidation, this.table.clientValidation);
    if (changesValidation) this.isStricter = asksMore(table, this.table);
    this.table = table;
    // What clients are asked for is fixed in a server; connections of the old one live on.
    if (changesValidation) this.server = this.makeServer();
    else if (isSame(certificates, this.default) && this.hasContext) return;
    this.default = certificates;
    this.hasContext = true;
    const terms = contextTerms(this.terms);
    this.server.setSecureContext(certificates.length === 0 ? terms : { ...pairsOf(certificates), ...terms, ...authoritiesOf(table.clientValidation) });
    this.renewTickets();
  }

  /** A ticket is good where the same listeners show the same certificate, ask their clients for the same proof and have the same terms, in any process. */
  renewTickets(): void {
    const { protocols, runtime, table, terms: { id } } = this;
    this.server.setTicketKeys(runtime.tickets.keysFor(JSON.stringify([id, protocols, table.scope, table.clientValidation, ...this.default.map(({ chain }) => chain)])));
  }

  /** Begins the handshake on an accepted socket. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.server.emit('connection', socket);
  }

  private choose(name: string, answer: (error: Error | null, context?: SecureContext) => void): void {
    const secure = this.isMeantFor(name) ? this.table.find(name, this.default) : undefined;
    if (secure === undefined) answer(new Error(`No certificate for ${name}`));
    else if (secure === 'default') answer(null);
    else answer(null, secure);
  }

  /** A second ClientHello (RFC 8446 section 4.1.2) must not name a listener with other terms than the first. */
  private isMeantFor(name: string): boolean {
    const { table, terms } = this;
    return table.terms.length < 2 || table.termsFor(name)?.id === terms.id;
  }
}

function isSame(some: readonly Certificate[], others: readonly Certificate[]): boolean {
  return some.length === others.length && some.every(({ chain, key }, index) => chain === others[index]?.chain && key.reveal() === others[index].key.reveal());
}

function isSameValidation(one: ClientValidation | undefined, other: ClientValidation | undefined): boolean {
  return one?.mode === other?.mode && one?.authorities.join('\0') === other?.authorities.join('\0');
}
