import { isIPv4, isIPv6 } from 'node:net';

/** An address that another program vouches for. */
export interface Announced {
  readonly address: string;
  readonly port: number;
}

/** What is known of a PROXY protocol header after some bytes of a connection. */
export type ProxyHeader =
  | { readonly state: 'incomplete' }
  | { readonly state: 'refused' }
  /** `length`: bytes of the header. `source`: undefined where the proxy speaks for itself, or for what has no IP address. */
  | { readonly state: 'whole'; readonly length: number; readonly source: Announced | undefined };

const incomplete: ProxyHeader = { state: 'incomplete' };
const refused: ProxyHeader = { state: 'refused' };
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** The specification's longest line of version 1, with its end. */
const mostLineBytes = 107;
/** Longest header of version 2 that is taken; certificates among its fields make it long. */
const mostBinaryBytes = 4096;

/** Reads the header at the beginning of a connection, in version 1 or 2 (haproxy.org, proxy-protocol.txt, sections 2.1 and 2.2). */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const size = Math.min(bytes.length, signature.length);
  if (bytes.compare(signature, 0, size, 0, size) === 0) return size < signature.length ? incomplete : readBinary(bytes);
  const word = 'PROXY ';
  const begin = bytes.toString('latin1', 0, word.length);
  if (begin !== word.slice(0, begin.length)) return refused;
  return readLine(bytes.toString('latin1', 0, mostLineBytes));
}

function readLine(text: string): ProxyHeader {
  const end = text.indexOf('\r\n');
  const line = end === -1 ? text : text.slice(0, end);
  // Wherever the bytes are cut, a line feed alone is refused.
  if (line.includes('\n')) return refused;
  if (end === -1) return text.length < mostLineBytes ? incomplete : refused;
  const length = end + 2;
  if (line === 'PROXY UNKNOWN' || line.startsWith('PROXY UNKNOWN ')) return { state: 'whole', length, source: undefined };
  const source = sourceOfLine(line);
  return source === undefined ? refused : { state: 'whole', length, source };
}

function sourceOfLine(line: string): Announced | undefined {
  const parts = /^PROXY TCP([46]) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) (\d{1,5}) (\d{1,5})$/.exec(line)?.slice(1);
  if (parts === undefined) return undefined;
  const [family, source, destination, sourcePort, destinationPort] = parts as [string, string, string, string, string];
  const isAddress = family === '4' ? isIPv4 : isIPv6;
  if (!isAddress(source) || !isAddress(destination) || !isPort(sourcePort) || !isPort(destinationPort)) return undefined;
  return { address: source.toLowerCase(), port: Number(sourcePort) };
}

function isPort(text: string): boolean {
  return Number(text) <= 65_535 && (text === '0' || !text.startsWith('0'));
}

/** Bytes of the two addresses and ports, by family and transport. */
const addressBytes: ReadonlyMap<number, number> = new Map([[0x00, 0], [0x11, 12], [0x21, 36], [0x31, 216]]);

function readBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < 16) return incomplete;
  const command = bytes[12] as number;
  const length = 16 + bytes.readUInt16BE(14);
  const family = bytes[13] as number;
  if ((command !== 0x20 && command !== 0x21) || length > mostBinaryBytes) return refused;
  if (bytes.length < length) return incomplete;
  // A proxy that speaks for itself may leave anything in the rest.
  if (command === 0x20) return { state: 'whole', length, source: undefined };
  const addresses = addressBytes.get(family);
  if (addresses === undefined || 16 + addresses > length || !areFieldsWhole(bytes, 16 + addresses, length)) return refused;
  return { state: 'whole', length, source: sourceOf(bytes, family) };
}

function sourceOf(bytes: Buffer, family: number): Announced | undefined {
  if (family === 0x11) return { address: bytes.subarray(16, 20).join('.'), port: bytes.readUInt16BE(24) };
  if (family !== 0x21) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(16 + index * 2));
  return { address: ipv6Text(groups), port: bytes.readUInt16BE(48) };
}

/** The usual text of an IPv6 address (RFC 5952); of an IPv4 address inside one, that of IPv4. */
function ipv6Text(groups: readonly number[]): string {
  const isMapped = groups.slice(0, 5).every((it) => it === 0) && groups[5] === 0xffff;
  if (isMapped) return groups.slice(6).flatMap((it) => [it >> 8, it & 255]).join('.');
  return new URL(`http://[${groups.map((it) => it.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

/** Fields of type, length and value follow the addresses; what they say is not needed, but they must end where the header does. */
function areFieldsWhole(bytes: Buffer, from: number, end: number): boolean {
  let at = from;
  while (at + 3 <= end) at += 3 + bytes.readUInt16BE(at + 1);
  return at === end;
}
