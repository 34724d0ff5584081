import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate and its key as PEM; the key in PKCS#1 form, as the suite makes it. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** One DER element: tag, length, content (X.690, 8.1). */
function der(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const size = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, body]);
}

const sequence = (...content: Uint8Array[]): Buffer => der(0x30, ...content);
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value, 'latin1'));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date): Buffer => text(0x17, `${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`);

/** Names that are no DNS name, such as `*` or `spiffe://…`, become URIs: the suite's own helper does so too. */
function alternativeName(host: string): Buffer {
  return /^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(host) ? text(0x82, host) : text(0x86, host);
}

/** What a certificate may be used for, as extended key usages (RFC 5280 section 4.2.1.12). */
const uses = { server: '2b06010505070301', client: '2b06010505070302' } as const;
type Use = keyof typeof uses;

interface Contents {
  readonly hosts: readonly string[];
  readonly use: Use;
  /** Common name of whoever signs. */
  readonly issuer: string;
  /** It may sign others (RFC 5280 section 4.2.1.9). */
  readonly isAuthority?: true;
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('55040a'), text(0x0c, 'Acme Co'))), der(0x31, sequence(oid('550403'), text(0x0c, commonName))));
}

function certificateBody({ hosts, use, issuer, isAuthority }: Contents, publicKey: KeyObject): Buffer {
  const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05));
  const from = new Date(Date.now() - 3_600_000);
  const to = new Date(Date.now() + 30 * 86_400_000);
  const serial = der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)]));
  const extendedUse = sequence(oid('551d25'), der(0x04, sequence(oid(uses[use]))));
  const constraints = isAuthority === undefined ? [] : [sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff])))))];
  const names = sequence(oid('551d11'), der(0x04, sequence(...hosts.map(alternativeName))));
  return sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), serial, sha256WithRsa, nameOf(issuer), sequence(time(from), time(to)), nameOf(hosts[0] ?? ''),
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, sequence(...(isAuthority === undefined ? [extendedUse] : constraints), names)),
  );
}

/** A self-signed RSA-2048 certificate for `hosts`, valid for 30 days. */
export function selfSigned(hosts: readonly string[], use: Use = 'server'): KeyPair {
  return signed({ hosts, use, issuer: hosts[0] ?? '' });
}

/** A self-signed certificate that may sign others. */
export function authority(name: string): KeyPair {
  return signed({ hosts: [name], use: 'server', issuer: name, isAuthority: true });
}

/** The same, signed with the key of `issuer`, the self-signed certificate of the host `issuerName`. */
// oxlint-disable-next-line max-params -- who signs, what for whom.
export function issuedBy(issuer: KeyPair, issuerName: string, hosts: readonly string[], use: Use = 'client'): KeyPair {
  return signed({ hosts, use, issuer: issuerName }, issuer.key);
}

/** As `issuedBy`, for a key on an elliptic curve, which servers show beside one of RSA. */
export function ecIssuedBy(issuer: KeyPair, issuerName: string, hosts: readonly string[]): KeyPair {
  return signed({ hosts, use: 'server', issuer: issuerName }, issuer.key, generateKeyPairSync('ec', { namedCurve: 'prime256v1' }));
}

function signed(contents: Contents, issuerKey?: string, { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })): KeyPair {
  const body = certificateBody(contents, publicKey);
  const signature = createSign('sha256').update(body).sign(issuerKey ?? privateKey);
  const whole = sequence(body, sequence(oid('2a864886f70d01010b'), der(0x05)), der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{1,64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
    key: privateKey.export(privateKey.asymmetricKeyType === 'rsa' ? { type: 'pkcs1', format: 'pem' } : { type: 'pkcs8', format: 'pem' }).toString(),
  };
}
