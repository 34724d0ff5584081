import { X509Certificate } from 'node:crypto';
import { isSecretName, withoutPasswords } from '../../view/index.ts';

interface Objectlike {
  readonly kind?: unknown;
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>>; readonly managedFields?: unknown };
  readonly data?: unknown;
  readonly stringData?: unknown;
}

/** A copy of what others wrote, which does not need to leave the machine. */
const copies: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/** An object as strangers may see it: of a Secret only the names of its keys, how long each is, and what its certificates say. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { metadata, ...rest } = value as Objectlike;
  const shown = metadata === undefined ? {} : { metadata: withoutCopies(metadata) };
  if (rest.kind !== 'Secret') return { ...rest, ...shown };
  const { data, stringData, ...others } = rest;
  return { ...others, ...shown, ...concealed('data', data, 'base64'), ...concealed('stringData', stringData, 'utf8') };
}

function withoutCopies(metadata: NonNullable<Objectlike['metadata']>): object {
  const { annotations, managedFields: _, ...rest } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !copies.has(key));
  return { ...rest, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) };
}

function concealed(field: string, values: unknown, encoding: 'base64' | 'utf8'): object {
  if (values === undefined) return {};
  if (typeof values !== 'object' || values === null) return { [field]: 'REDACTED' };
  return { [field]: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `REDACTED (${describe(Buffer.from(String(value), encoding))})`])) };
}

function describe(content: Buffer): string {
  const size = `${content.length} bytes`;
  if (!content.includes('-----BEGIN CERTIFICATE-----')) return size;
  try {
    const { subjectAltName = 'no names', validFrom, validTo } = new X509Certificate(content);
    return `${size}; certificate for ${subjectAltName}, from ${validFrom} to ${validTo}`;
  } catch (error) {
    return `${size}; a certificate that can't be read: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`;
  }
}

/** What a value is said to be at least, to be taken for a secret wherever it stands. Characters. */
const leastLength = 8;

/** Takes the contents of Secrets out of texts, and private keys whoever they belong to. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Notes what a Secret holds, and of other objects what variables, headers and keys hold whose names sound like a credential. */
  learn(value: unknown): void {
    const { kind, data, stringData } = (typeof value === 'object' && value !== null ? value : {}) as Objectlike;
    if (kind !== 'Secret') {
      const entries = kind === 'ConfigMap' && typeof data === 'object' && data !== null ? Object.entries(data) : [];
      for (const [name, text] of [...entries, ...namedValues(value)]) if (isSecretName(name) && typeof text === 'string') this.#note(text, Buffer.from(text).toString('base64'));
      return;
    }
    for (const text of texts(data)) this.#note(text, Buffer.from(text, 'base64').toString());
    for (const text of texts(stringData)) this.#note(text, Buffer.from(text).toString('base64'));
  }

  #note(...forms: readonly string[]): void {
    // A certificate is public, and its lines stand in what it is named in.
    for (const form of forms) if (form.trim().length >= leastLength && !isCertificate(form) && !isCertificate(Buffer.from(form, 'base64').toString())) this.#secrets.add(form.trim());
  }

  /** The text with `REDACTED` for all of it. Certificates stay, since they are public. */
  clean(text: string): string {
    return text.split(certificateBlock).map((part, index) => (index % 2 === 1 ? part : this.#cleanPart(part))).join('');
  }

  #cleanPart(text: string): string {
    let left = text.replace(/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)/g, 'REDACTED');
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) left = left.replaceAll(secret, 'REDACTED');
    left = withoutPasswords(left, 'REDACTED');
    return left.replace(longRun, (run) => (/\d/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run) ? 'REDACTED' : run));
  }
}

/** Every `{name, value}` in an object, as variables of containers and headers of filters are written. */
function namedValues(value: unknown): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, value: own } = value as { readonly name?: unknown; readonly value?: unknown };
  return [...typeof name === 'string' ? [[name, own] as [string, unknown]] : [], ...Object.values(value).flatMap(namedValues)];
}

const certificateBlock = /(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----)/;
/** Names and paths have no such run of letters in both cases with digits; what is written in base64 has. */
const longRun = /[A-Za-z0-9+/]{40,}={0,2}/g;

function isCertificate(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY');
}

function texts(values: unknown): string[] {
  return typeof values === 'object' && values !== null ? Object.values(values).filter((it) => typeof it === 'string') : [];
}
