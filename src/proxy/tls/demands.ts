import type { CertificateTable } from './certificates.ts';

/**
 * Whether clients of a socket must show more than they had to before: TLS at all, or a certificate of other authorities. Connections that were
 * made before have not shown it. An authority that comes to the others asks for nothing more.
 */
export function asksMore(now: CertificateTable | undefined, before: CertificateTable | undefined): boolean {
  if (now === undefined) return false;
  if (before === undefined) return true;
  if (now.clientValidation?.mode !== 'require') return false;
  const { authorities } = now.clientValidation;
  const had = before.clientValidation;
  return had?.mode !== 'require' || !had.authorities.every((it) => authorities.includes(it));
}
