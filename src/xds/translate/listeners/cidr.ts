import type { CidrRange } from '../../gen/messages.ts';

/** `10.0.0.0/8`; an address alone is a block of one. */
export function cidr(block: string): CidrRange {
  const [address = '', length] = block.split('/');
  return { address_prefix: address, prefix_len: length === undefined ? (address.includes(':') ? 128 : 32) : Number(length) };
}
