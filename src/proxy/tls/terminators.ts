import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Runtime } from '../runtime.ts';
import type { CertificateTable } from './certificates.ts';
import { Terminator, type Way } from './terminator.ts';
import { strictest, type Terms } from './terms.ts';

/** What connections are for, once their handshake is over. */
export interface Purpose {
  serve(socket: TLSSocket): void;
  /** Requests: ALPN offers what the terms say. Bytes: it is left unanswered, as their protocol is not known. */
  readonly carries: 'requests' | 'bytes';
}

/**
 * Ends TLS on a socket whose listeners may have different terms: versions and suites are agreed on before a context can be chosen, so each terms
 * have a server of their own, and so have certificates of several key types that only some names are shown.
 */
export class Terminators {
  private table: CertificateTable;
  private readonly runtime: Runtime;
  private readonly purpose: Purpose;
  private readonly byTerms = new Map<string, Terminator>();
  /** For connections without a name; undefined where no handshake would meet the terms of all listeners. */
  private nameless: Terminator | undefined;
  /** Made when the first client asks for such a name. */
  private readonly joint = new Map<string, Terminator>();
  /** The name must be known before a handshake begins. */
  needsName = false;

  constructor(table: CertificateTable, runtime: Runtime, purpose: Purpose) {
    this.table = table;
    this.runtime = runtime;
    this.purpose = purpose;
    this.swap(table);
  }

  /** Offers other certificates, on other terms, from the next handshake on. */
  swap(table: CertificateTable): void {
    this.table = table;
    this.needsName = table.needsName;
    // Those that are left out too: handshakes that they have under way are judged by what is asked now.
    for (const terminator of [...this.byTerms.values(), ...this.joint.values()]) terminator.swap(table);
    this.joint.clear();
    const all = strictest(table.terms);
    const wanted = [...table.terms, ...(all === undefined ? [] : [all])];
    for (const id of this.byTerms.keys()) if (!wanted.some((it) => it.id === id)) this.byTerms.delete(id);
    for (const terms of wanted) if (!this.byTerms.has(terms.id)) this.byTerms.set(terms.id, this.make({ terms }));
    this.nameless = all === undefined ? undefined : this.byTerms.get(all.id);
  }

  private make(way: Way): Terminator {
    return new Terminator(this.table, way, this.runtime, this.purpose);
  }

  /** Begins the handshake on an accepted socket; closes it where there are no terms to agree on. */
  accept(socket: Socket, serverName = ''): void {
    const terms = this.table.termsFor(serverName);
    const terminator = terms === undefined ? this.nameless : this.jointFor(terms, serverName) ?? this.byTerms.get(terms.id);
    if (terminator !== undefined) return terminator.accept(socket);
    this.runtime.stats.tlsHandshakeFailures++;
    socket.destroy();
  }

  private jointFor(terms: Terms, serverName: string): Terminator | undefined {
    const joint = this.table.joint(serverName);
    if (joint === undefined) return undefined;
    const id = JSON.stringify([terms.id, ...joint.map(({ chain }) => chain)]);
    const terminator = this.joint.get(id) ?? this.make({ terms, joint });
    this.joint.set(id, terminator);
    return terminator;
  }

  renewTickets(): void {
    for (const terminator of [...this.byTerms.values(), ...this.joint.values()]) terminator.renewTickets();
  }
}
