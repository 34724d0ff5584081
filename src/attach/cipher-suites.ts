/**
 * The cipher suites of TLS 1.2 that can be chosen, by the names of IANA, as OpenSSL calls them: those with forward secrecy and authenticated
 * encryption (RFC 9325 section 4.2). All others are unsafe, or need parameters that nobody has made.
 */
const safe: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
};
const names = new Map(Object.entries(safe).flatMap(([iana, openssl]) => [[iana, openssl], [openssl, openssl]]));

/** Suites as OpenSSL calls them, in the order given; or why one of them can't be chosen. */
export function cipherSuites(entries: readonly string[]): readonly string[] | string {
  const found: string[] = [];
  for (const entry of entries) {
    const suite = names.get(entry.toUpperCase());
    if (suite === undefined) return refusal(entry);
    if (!found.includes(suite)) found.push(suite);
  }
  return found;
}

function refusal(entry: string): string {
  const name = JSON.stringify(entry.length > 64 ? `${entry.slice(0, 64)}…` : entry);
  if (/^TLS_(?:AES|CHACHA20)_/i.test(entry)) return `${name} belongs to TLS 1.3, whose suites are all safe and always on; name suites of TLS 1.2 only.`;
  return `${name} is unknown or not safe; use ${Object.values(safe).join(', ')}.`;
}
