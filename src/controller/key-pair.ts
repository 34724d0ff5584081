import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyPairReport } from '../attach/index.ts';

const remembered = new Map<string, KeyPairReport>();
const MOST_REMEMBERED = 10_000;

/** Parses a PEM chain and key and checks that they fit together; the same pair is parsed once. */
export function checkKeyPair(chain: string, key: string): KeyPairReport {
  const pair = `${chain}\n${key}`;
  const known = remembered.get(pair);
  if (known !== undefined) return known;
  const report = parse(chain, key);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(pair, report);
  return report;
}

const judged = new Map<string, string | undefined>();

/**
 * Why a PEM bundle of certificate authorities can't be used, or undefined; the same bundle is parsed once. A ClusterTrustBundle may hold nothing
 * but authorities (Kubernetes validateTrustBundle); elsewhere a self-signed certificate of a server may vouch for itself.
 */
export function checkAuthorities(bundle: string, of?: 'ClusterTrustBundle'): string | undefined {
  const key = createHash('sha256').update(`${of ?? ''}\n`).update(bundle).digest('base64');
  if (judged.has(key)) return judged.get(key);
  const problem = problemOf(bundle, of);
  if (judged.size >= MOST_REMEMBERED) judged.clear();
  judged.set(key, problem);
  return problem;
}

function problemOf(bundle: string, of: 'ClusterTrustBundle' | undefined): string | undefined {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const begun = bundle.match(/-----BEGIN [^-]*-----/g) ?? [];
  const others = begun.filter((it) => it !== '-----BEGIN CERTIFICATE-----');
  if (of !== undefined && others[0] !== undefined) return `it holds a block ${others[0].slice(11, -5)}, where certificates alone belong.`;
  if (begun.length === others.length) return 'no PEM certificate in it.';
  if (blocks.length < begun.length - others.length) return 'a certificate in it is cut off.';
  try {
    const isAuthority = blocks.map((block) => new X509Certificate(block).ca);
    return of === undefined || isAuthority.every(Boolean) ? undefined : `certificate ${isAuthority.indexOf(false) + 1} in it is not that of an authority (CA).`;
  } catch (error) {
    return `a certificate in it can't be read (${causeOf(error)}).`;
  }
}

function parse(chain: string, key: string): KeyPairReport {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(chain);
  } catch (error) {
    return { error: `tls.crt is not a PEM certificate (${causeOf(error)}).` };
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return { error: 'tls.key does not belong to the certificate in tls.crt.' };
  } catch (error) {
    return { error: `tls.key is not a PEM private key (${causeOf(error)}).` };
  }
  return { names: dnsNames(certificate), endsAt: Date.parse(certificate.validTo) };
}

/** OpenSSL's cause without its numbers; never the text that failed to parse. */
function causeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code).replace('ERR_OSSL_', '').toLowerCase().replaceAll('_', ' ') : 'unreadable';
}

function dnsNames(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '').split(', ').filter((it) => it.startsWith('DNS:')).map((it) => it.slice(4).toLowerCase());
}
