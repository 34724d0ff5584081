import { createPrivateKey, X509Certificate } from 'node:crypto';
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

/** Why a PEM bundle of certificate authorities can't be used, or undefined. */
export function checkAuthorities(bundle: string): string | undefined {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (blocks === null) return 'no PEM certificate in it.';
  try {
    for (const block of blocks) void new X509Certificate(block);
    return undefined;
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
  return { names: dnsNames(certificate) };
}

/** OpenSSL's cause without its numbers; never the text that failed to parse. */
function causeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code).replace('ERR_OSSL_', '').toLowerCase().replaceAll('_', ' ') : 'unreadable';
}

function dnsNames(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '').split(', ').filter((it) => it.startsWith('DNS:')).map((it) => it.slice(4).toLowerCase());
}
