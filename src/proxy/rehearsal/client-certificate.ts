import { X509Certificate } from 'node:crypto';
import type { ClientValidation } from '../../ir/index.ts';

/** Why a handshake with a client ends; undefined where it goes on. `shown` is PEM, the leaf first. */
export function clientFault(validation: ClientValidation | undefined, shown: string | undefined): 'client-certificate-missing' | 'client-certificate-refused' | undefined {
  if (validation?.mode !== 'require') return undefined;
  if (shown === undefined) return 'client-certificate-missing';
  return isVouchedFor(certificatesIn(shown), validation.authorities.flatMap(certificatesIn)) ? undefined : 'client-certificate-refused';
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** Whether a chain of valid signatures leads from the first certificate over those that were shown to an authority (RFC 5280 section 6). */
function isVouchedFor(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): boolean {
  const now = Date.now();
  let [at] = chain;
  for (let steps = 0; at !== undefined && steps <= chain.length; steps++) {
    const one: X509Certificate = at;
    if (one.validFromDate.getTime() > now || one.validToDate.getTime() < now) return false;
    if (authorities.some((authority) => authority.fingerprint256 === one.fingerprint256 || isIssuer(authority, one))) return true;
    at = chain.find((other) => other !== one && isIssuer(other, one));
  }
  return false;
}

function isIssuer(issuer: X509Certificate, issued: X509Certificate): boolean {
  return issuer.ca && issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}
