/** An IPv4 address in four decimal parts without leading zeros (Go netip.ParseAddr). */
export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** An IPv6 address (RFC 4291 section 2.2), without a zone. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  const count = halves.map(groupsIn);
  if (count.includes(-1) || (halves.length === 2 && text.indexOf('.') > 0 && halves[1] === '')) return false;
  const total = count.reduce((sum, groups) => sum + groups, 0);
  return halves.length === 1 ? total === 8 : total <= 7;
}

/** How many 16-bit groups a half of an IPv6 address has, an IPv4 tail counting two; -1 if it is malformed. */
function groupsIn(half: string): number {
  if (half === '') return 0;
  const groups = half.split(':');
  const last = groups.at(-1)!;
  const tail = last.includes('.') ? 2 : 1;
  const fits = groups.slice(0, -1).every(isGroup) && (tail === 2 ? isIpv4(last) : isGroup(last));
  return fits ? groups.length - 1 + tail : -1;
}

function isGroup(text: string): boolean {
  return /^[0-9A-Fa-f]{1,4}$/.test(text);
}

export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}
