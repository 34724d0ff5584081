import { isIP } from 'node:net';

interface Place {
  readonly address: string;
  readonly port: number;
}

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** The PROXY protocol header for a connection of `client` to `server` (haproxy.org, proxy-protocol.txt, sections 2.1 and 2.2). */
export function proxyHeader(version: 'v1' | 'v2', client: Place, server: Place): Buffer {
  const [from, to] = [plain(client.address), plain(server.address)];
  const [fromFamily, toFamily] = [isIP(from), isIP(to)];
  if (fromFamily === 0 || toFamily === 0) return version === 'v1' ? Buffer.from('PROXY UNKNOWN\r\n', 'latin1') : binary(0x00, []);
  const isIpv4 = fromFamily === 4 && toFamily === 4;
  // One header has addresses of one family.
  const [source, destination] = isIpv4 ? [from, to] : [inIpv6(from), inIpv6(to)];
  if (version === 'v1') return Buffer.from(`PROXY TCP${isIpv4 ? 4 : 6} ${source} ${destination} ${client.port} ${server.port}\r\n`, 'latin1');
  return binary(isIpv4 ? 0x11 : 0x21, [...bytesOf(source), ...bytesOf(destination), ...portBytes(client.port), ...portBytes(server.port)]);
}

function binary(family: number, addresses: readonly number[]): Buffer {
  return Buffer.concat([signature, Buffer.from([0x21, family, 0, addresses.length, ...addresses])]);
}

/** Without the zone of a link-local address, which means nothing elsewhere; IPv4 as IPv4. */
function plain(address: string): string {
  const [text = ''] = address.split('%');
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(text) ? text.slice(7) : text;
}

function inIpv6(address: string): string {
  return isIP(address) === 4 ? `::ffff:${address}` : address;
}

function bytesOf(address: string): number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  // The parser of URLs writes an IPv4 ending as two groups.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: gap }, () => 0), ...after].flatMap((group) => [group >> 8, group & 255]);
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function portBytes(port: number): number[] {
  return [port >> 8, port & 255];
}
