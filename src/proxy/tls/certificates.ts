import { createHash, createPrivateKey } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { Certificate, ClientValidation, Ir, Listener, ListenerKey, SocketKey } from '../../ir/index.ts';
import { canonicalHost, covers, HostnameMap } from '../route/hostname.ts';
import { nodeTls } from './node-tls.ts';

interface Offer {
  readonly certificate: Certificate;
  readonly secure: SecureContext;
  /** `rsa`, `ec` and so on. */
  readonly keyType: string;
}

/** Certificates of one socket: which one a server name gets. */
export class CertificateTable {
  private readonly listeners = new HostnameMap<readonly Offer[]>();
  private first: readonly Certificate[] = [];
  /** The hostnames of its listeners, by which it is told from other sockets. */
  readonly scope: string[] = [];
  /** How clients must prove who they are; one answer for the whole socket, since it is asked before a name is known for sure. */
  clientValidation: ClientValidation | undefined;

  add(hostname: string, offers: readonly Offer[]): void {
    this.listeners.add(hostname, offers);
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
   * What the most specific listener shows: the best certificate for the name, of those of other key types that are as good the first that the
   * client can verify. `default`: the context of the socket, which has just these.
   */
  find(serverName: string, algorithms: () => readonly string[]): SecureContext | 'default' | undefined {
    const host = canonicalHost(serverName);
    const offers = this.listeners.find(host) ?? [];
    const best = bestOffer(offers, host);
    if (best === undefined || offers.length === 1) return best?.secure;
    const isExact = best.certificate.names.includes(host);
    const equals = oneOfEachType([best, ...offers.filter(({ certificate }) => isFor(certificate, host) && certificate.names.includes(host) === isExact)]);
    if (equals.length === 1) return best.secure;
    if (equals.length === this.first.length && equals.every(({ certificate }) => this.first.includes(certificate))) return 'default';
    const verified = algorithms();
    return (equals.find(({ keyType }) => verified.some((it) => it.startsWith(prefixes[keyType] ?? '-'))) ?? best).secure;
  }
}

/** How signature algorithms of a key type begin, as OpenSSL writes them. */
const prefixes: Readonly<Record<string, string>> = { rsa: 'RSA', ec: 'ECDSA', ed25519: 'Ed25519', ed448: 'Ed448' };

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
        else offers.push({ certificate, secure, keyType: keyTypeOf(certificate, secure) });
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
