/** Labels and names of Services end at this length (RFC 1123 label). */
const longest = 63;

/**
 * `<gateway>-<class>` (GEP-1762), cut where it is too long, with a hash of the whole so that two long names differ. A Service's name
 * must begin with a letter (RFC 1035), a Gateway's need not.
 */
export function fleetName(gateway: string, className: string): string {
  const plain = `${gateway}-${className}`;
  if (plain.length <= longest && /^[a-z][-a-z0-9]*$/.test(plain)) return plain;
  const cut = `${/^[a-z]/.test(plain) ? '' : 'g'}${plain.replaceAll('.', '-')}`.slice(0, longest - 9).replace(/-+$/, '');
  return `${cut}-${hash(`${gateway}/${className}`)}`;
}

/** A label's value: as it is, or cut with a hash. */
export function labelValue(value: string): string {
  return value.length <= longest ? value : `${value.slice(0, longest - 9).replace(/[-.]+$/, '')}-${hash(value)}`;
}

/** FNV-1a, 32 bits, as eight hexadecimal digits: enough to tell names apart, and nothing secret. */
export function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
