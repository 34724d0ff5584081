import { createHash, createPrivateKey } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { Certificate, ClientValidation, Ir, Listener, ListenerKey, SocketKey, TlsTerms } from '../../ir/index.ts';
import { canonicalHost, covers, HostnameMap } from '../route/hostname.ts';
import { nodeTls } from './node-tls.ts';
import { contextTerms, type Terms, termsOf } from './terms.ts';

/** What one listener shows, and on which terms. */
interface Shown {
  readonly offers: readonly Offer[];
  readonly terms: Terms;
}

interface Offer {
  readonly certificate: Certificate;
  readonly secure: SecureContext;
  /** `rsa`, `ec` and so on. */
  readonly keyType: string;
}

/** Certificates of one socket: which one a server name gets, and what handshakes for it may agree on. */
export class CertificateTable {
  private readonly listeners = new HostnameMap<Shown>();
  /** What listeners show that have keys of several types. */
  private readonly mixed: (readonly Offer[])[] = [];
  /** Of its listeners, each different one once. */
  readonly terms: Terms[] = [];
  private first: readonly Certificate[] = [];
  /** The hostnames of its listeners, by which it is told from other sockets. */
  readonly scope: string[] = [];
  /** How clients must prove who they are; one answer for the whole socket, since it is asked before a name is known for sure. */
  clientValidation: ClientValidation | undefined;

  add(hostname: string, offers: readonly Offer[], asked: TlsTerms | undefined): void { // oxlint-disable-line max-params -- a listener's three parts.
    const known = termsOf(asked);
    const terms = this.terms.find(({ id }) => id === known.id) ?? known;
    if (terms === known) this.terms.push(terms);
    this.listeners.add(hostname, { offers, terms });
    if (oneOfEachType(offers).length > 1) this.mixed.push(offers);
    this.scope.push(hostname);
    const [first] = offers;
    if (first === undefined || (this.first.length > 0 && hostname !== '')) return;
    const namesakes = offers.filter(({ certificate: { names } }) => names.some((name) => first.certificate.names.includes(name)));
    this.first = oneOfEachType([first, ...namesakes]).map(({ certificate }) => certificate);
  }

  /** For a client that names no server: the listener without hostname, else the first one with a certificate; one of each key type. */
  get default(): readonly Certificate[] {
    return this.first;
  }

  /**
   * The terms for a server name: those of the most specific listener. Undefined where several could be meant, as without a name: requests for any
   * host may come on such a connection, so it must meet the terms of all.
   */
  termsFor(serverName: string): Terms | undefined {
    if (this.terms.length < 2) return this.terms[0];
    return serverName === '' ? undefined : this.listeners.find(canonicalHost(serverName))?.terms;
  }

  /** Which certificate, or which terms, cannot be told before the name is known. */
  get needsName(): boolean {
    return this.terms.length > 1 || this.mixed.some((offers) => offers.some(({ certificate }) => !this.first.includes(certificate)));
  }

  /**
   * Certificates of different key types that are equally good for a name, where they are not those of the socket's default. They must be in one
   * context from the beginning of the handshake, in which cipher suites and signature algorithms then choose; node:tls brings in only one later.
   */
  joint(serverName: string): readonly Certificate[] | undefined {
    if (serverName === '' || this.mixed.length === 0) return undefined;
    const equals = this.equalsFor(canonicalHost(serverName));
    return equals.length < 2 || this.isDefault(equals, this.first) ? undefined : equals.map(({ certificate }) => certificate);
  }

  /** What the most specific listener shows: the best certificate for the name. `default`: the context of the server, where that has just what is equally good. */
  find(serverName: string, inContext: readonly Certificate[]): SecureContext | 'default' | undefined {
    const equals = this.equalsFor(canonicalHost(serverName));
    return equals.length > 1 && this.isDefault(equals, inContext) ? 'default' : equals[0]?.secure;
  }

  private isDefault(equals: readonly Offer[], inContext: readonly Certificate[]): boolean {
    return equals.length === inContext.length && equals.every(({ certificate }) => inContext.includes(certificate));
  }

  /** The best for a host and those of other key types that are as good. */
  private equalsFor(host: string): readonly Offer[] {
    const offers = this.listeners.find(host)?.offers ?? [];
    const best = bestOffer(offers, host);
    if (best === undefined || offers.length === 1) return offers;
    const isExact = best.certificate.names.includes(host);
    return oneOfEachType([best, ...offers.filter(({ certificate }) => isFor(certificate, host) && certificate.names.includes(host) === isExact)]);
  }
}

const keyTypes = new WeakMap<SecureContext, string>();

/** A key is parsed once for its context. */
function keyTypeOf({ key }: Certificate, secure: SecureContext): string {
  const type = keyTypes.get(secure) ?? createPrivateKey(key.reveal()).asymmetricKeyType ?? '';
  keyTypes.set(secure, type);
  return type;
}

/** The first of each key type: of several certificates in one context a client gets the one that it can verify. */
function oneOfEachType(offers: readonly Offer[]): Offer[] {
  return offers.filter((offer, index) => offers.findIndex(({ keyType }) => keyType === offer.keyType) === index);
}

/** Certificates as node:tls takes several: chains and keys in the same order. */
export function pairsOf(certificates: readonly Certificate[]): { readonly cert: string[]; readonly key: string[] } {
  return { cert: certificates.map(({ chain }) => chain), key: certificates.map(({ key }) => key.reveal()) };
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

type Terminating = Pick<Listener, 'socket' | 'hostname' | 'certificates' | 'clientValidation' | 'terms'>;

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
        const secure = this.contextOf(certificate, listener, used);
        if (typeof secure === 'string') failures.set(key, `Certificate ${certificateKey}: ${secure}`);
        else offers.push({ certificate, secure, keyType: keyTypeOf(certificate, secure) });
      }
      table.add(listener.hostname, offers, listener.terms);
    }
    this.known = used;
    return { tables, failures };
  }

  private contextOf(certificate: Certificate, { clientValidation: validation, terms: asked }: Pick<Terminating, 'clientValidation' | 'terms'>, used: Map<string, SecureContext>): SecureContext | string {
    const privateKey = certificate.key.reveal();
    const terms = termsOf(asked);
    const id = createHash('sha256').update([certificate.chain, privateKey, terms.id, validation?.authorities.join('\0') ?? ''].join('\0')).digest('hex');
    const known = used.get(id) ?? this.known.get(id);
    if (known !== undefined) {
      used.set(id, known);
      return known;
    }
    try {
      const secure = nodeTls().createSecureContext({ cert: certificate.chain, key: privateKey, ...contextTerms(terms), ...authoritiesOf(validation) });
      used.set(id, secure);
      return secure;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
