import { isIPv4 } from 'node:net';

/** The host addresses of an IPv4 CIDR, in order, without network and broadcast address, at most 4,096. Throws RangeError on bad input. */
export function poolAddresses(cidr: string): string[] {
  const [base = '', bits = ''] = cidr.split('/');
  const length = Number(bits);
  if (!isIPv4(base) || !/^\d+$/.test(bits) || length < 8 || length > 32) {
    throw new RangeError(`--pool ${cidr}: give an IPv4 range such as 127.0.10.0/24`);
  }
  const size = 2 ** (32 - length);
  const start = Math.floor(toNumber(base) / size) * size;
  if (size <= 2) return Array.from({ length: size }, (_, index) => toText(start + index));
  return Array.from({ length: Math.min(size - 2, 4096) }, (_, index) => toText(start + index + 1));
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
