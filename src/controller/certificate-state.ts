import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** The certificates of a control plane. Each vouches for itself, so those that are trusted are their own authorities. */
export interface CertificateState {
  /** What is shown to data planes. */
  readonly shown: CertificatePair;
  /** Trusted already, and shown next. */
  readonly next?: CertificatePair;
  /** Shown before, and still trusted. PEM. */
  readonly previous?: string;
  /** When `next` or `previous` came to be. RFC 3339. */
  readonly since: string;
}

export interface RenewalSettings {
  /** Of the control plane, as data planes call it. */
  readonly names: readonly string[];
  /** Of a certificate. Milliseconds. */
  readonly lifetimeMs: number;
  /** So long it takes at most until every data plane trusts what was handed out. Milliseconds. */
  readonly overlapMs: number;
  make(names: readonly string[], lifetimeMs: number, now: Date): CertificatePair;
}

/**
 * The state that is due: the same one where nothing is. A certificate is trusted for a while before it is shown, and for a while after, so that
 * no connection meets a certificate that it does not know, whichever of the two it has.
 */
export function renewed(state: CertificateState | undefined, now: Date, settings: RenewalSettings): CertificateState {
  const { names, lifetimeMs, overlapMs, make } = settings;
  const since = now.toISOString();
  const pair = (): CertificatePair => make(names, lifetimeMs, now);
  if (state === undefined) return { shown: pair(), since };
  const hasSettled = now.getTime() >= Date.parse(state.since) + overlapMs;
  // There is no time to hand a new one out first, or nobody could use the old one.
  if (!isUsable(state.shown, now, names)) return { shown: state.next !== undefined && isUsable(state.next, now, names) ? state.next : pair(), previous: state.shown.certificate, since };
  if (state.next !== undefined) return hasSettled ? { shown: state.next, previous: state.shown.certificate, since } : state;
  if (state.previous !== undefined) return hasSettled ? { shown: state.shown, since } : state;
  return endOf(state.shown) - now.getTime() <= lifetimeMs / 3 ? { ...state, next: pair(), since } : state;
}

/** All that data planes are to trust. PEM. */
export function authorityOf({ shown, next, previous = '' }: CertificateState): string {
  return `${shown.certificate}${next?.certificate ?? ''}${previous}`;
}

function endOf({ certificate }: CertificatePair): number {
  return Date.parse(new X509Certificate(certificate).validTo);
}

function isUsable(pair: CertificatePair, now: Date, names: readonly string[]): boolean {
  const read = new X509Certificate(pair.certificate);
  return endOf(pair) > now.getTime() && names.every((name) => (isIP(name) === 0 ? read.checkHost(name) : read.checkIP(name)) !== undefined);
}

const fields = { certificate: 'tls.crt', key: 'tls.key', nextCertificate: 'next.crt', nextKey: 'next.key', previous: 'previous.crt', since: 'since' } as const;

/** As the text fields of a Secret of type kubernetes.io/tls. */
export function secretData(state: CertificateState): Record<string, string> {
  return {
    [fields.certificate]: state.shown.certificate, [fields.key]: state.shown.key, [fields.since]: state.since,
    ...(state.next === undefined ? {} : { [fields.nextCertificate]: state.next.certificate, [fields.nextKey]: state.next.key }),
    ...(state.previous === undefined ? {} : { [fields.previous]: state.previous }),
  };
}

/** What a Secret says; undefined where it is none of ours, or broken. */
export function stateIn(data: Readonly<Record<string, string>>): CertificateState | undefined {
  const shown = pairIn(data, fields.certificate, fields.key);
  const next = pairIn(data, fields.nextCertificate, fields.nextKey);
  const { [fields.previous]: previous, [fields.since]: since = '' } = data;
  if (shown === undefined || Number.isNaN(Date.parse(since))) return undefined;
  return { shown, since, ...(next === undefined ? {} : { next }), ...(previous === undefined ? {} : { previous }) };
}

function pairIn(data: Readonly<Record<string, string>>, certificateField: string, keyField: string): CertificatePair | undefined {
  const { [certificateField]: certificate, [keyField]: key } = data;
  if (certificate === undefined || key === undefined) return undefined;
  try {
    void new X509Certificate(certificate);
    return { certificate, key };
  } catch {
    return undefined;
  }
}
