import { createHash } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { Certificate, ClientValidation, Ir, Listener, ListenerKey, SocketKey } from '../../ir/index.ts';
import { canonicalHost, covers, HostnameMap } from '../route/hostname.ts';
import { nodeTls } from './node-tls.ts';

interface Offer {
  readonly certificate: Certificate;
  readonly secure: SecureContext;
}

/** Certificates of one socket: which one a server name gets. */
export class CertificateTable {
  private readonly listeners = new HostnameMap<readonly Offer[]>();
  private first: Certificate | undefined;
  /** The hostnames of its listeners, by which it is told from other sockets. */
  readonly scope: string[] = [];
  /** How clients must prove who they are; one answer for the whole socket, since it is asked before a name is known for sure. */
  clientValidation: ClientValidation | undefined;

  add(hostname: string, offers: readonly Offer[]): void {
    this.listeners.add(hostname, offers);
    this.scope.push(hostname);
    if (offers[0] !== undefined && (this.first === undefined || hostname === '')) this.first = offers[0].certificate;
  }

  /** For a client that names no server: the listener without hostname, else the first one with a certificate. */
  get default(): Certificate | undefined {
    return this.first;
  }

  /** The certificate of the most specific listener: one with this very name, then a wildcard that covers it, then the first. */
  find(serverName: string): SecureContext | undefined {
    const host = canonicalHost(serverName);
    return bestOffer(this.listeners.find(host) ?? [], host)?.secure;
  }
}

/** With this very name, then with a wildcard that covers it, then the first; `host` is canonical. */
export function bestOffer<T extends Pick<Offer, 'certificate'>>(offers: readonly T[], host: string): T | undefined {
  return offers.find(({ certificate }) => certificate.names.includes(host)) ?? offers.find(({ certificate }) => isFor(certificate, host)) ?? offers[0];
}

/** Whether clients that ask for `host` take the certificate for it. */
export function isFor({ names }: Pick<Certificate, 'names'>, host: string): boolean {
  return names.includes(host) || names.some((name) => name.startsWith('*.') && coversOneLabel(name, host));
}

/** A certificate's wildcard stands for exactly one label (RFC 6125 section 6.4.3). */
function coversOneLabel(name: string, host: string): boolean {
  return covers(name, host) && host.indexOf('.') === host.length - name.length + 1;
}

/**
 * The authorities that clients are checked against, as node:tls takes them; none where everybody is let in, since OpenSSL would leave the
 * error of a signature that does not fit in its queue, and Node then breaks the connection off.
 */
export function authoritiesOf(validation: ClientValidation | undefined): { ca?: string[] } {
  return validation === undefined ? {} : { ca: validation.mode === 'request' ? [] : [...validation.authorities] };
}

type Terminating = Pick<Listener, 'socket' | 'hostname' | 'certificates' | 'clientValidation'>;

/** The listeners that end TLS, for requests or for bytes. */
export function terminating({ listeners, streamListeners = {} }: Ir): [ListenerKey, Terminating][] {
  return [
    ...Object.entries(listeners).filter(([, it]) => it.protocol === 'https'),
    ...Object.entries(streamListeners).filter(([, it]) => it.protocol === 'terminate'),
  ];
}

/** Secure contexts by content, so that an apply parses only what is new. */
export class SecureContexts {
  private known = new Map<string, SecureContext>();

  /** The certificate tables of an IR by socket, and why a listener has none. Contexts of certificates that are gone are forgotten. */
  compile(ir: Ir): { readonly tables: Map<SocketKey, CertificateTable>; readonly failures: Map<ListenerKey, string> } {
    const used = new Map<string, SecureContext>();
    const tables = new Map<SocketKey, CertificateTable>();
    const failures = new Map<ListenerKey, string>();
    for (const [key, listener] of terminating(ir)) {
      const table = tables.get(listener.socket) ?? new CertificateTable();
      tables.set(listener.socket, table);
      table.clientValidation ??= listener.clientValidation;
      const offers: Offer[] = [];
      for (const certificateKey of listener.certificates ?? []) {
        const certificate = ir.certificates[certificateKey];
        if (certificate === undefined) continue;
        const secure = this.contextOf(certificate, listener.clientValidation, used);
        if (typeof secure === 'string') failures.set(key, `Certificate ${certificateKey}: ${secure}`);
        else offers.push({ certificate, secure });
      }
      table.add(listener.hostname, offers);
    }
    this.known = used;
    return { tables, failures };
  }

  private contextOf(certificate: Certificate, validation: ClientValidation | undefined, used: Map<string, SecureContext>): SecureContext | string {
    const privateKey = certificate.key.reveal();
    const id = createHash('sha256').update(certificate.chain).update('\0').update(privateKey).update('\0').update(validation?.authorities.join('\0') ?? '').digest('hex');
    const known = used.get(id) ?? this.known.get(id);
    if (known !== undefined) {
      used.set(id, known);
      return known;
    }
    try {
      const secure = nodeTls().createSecureContext({ cert: certificate.chain, key: privateKey, minVersion: 'TLSv1.2', ...authoritiesOf(validation) });
      used.set(id, secure);
      return secure;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
