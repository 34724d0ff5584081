import { isIP, type BlockList } from 'node:net';
import { withoutBlanks } from './connection-options.ts';

/** Which proxies in front are believed: those of the ranges, or so many as are known to be there. */
export interface Trust {
  readonly ranges: BlockList;
  /** 0: the ranges decide. */
  readonly hops: number;
}

/** Whether an address is in one of the ranges. */
export function isWithin(ranges: BlockList, address: string): boolean {
  return address !== '' && ranges.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

/** Whether forwarding fields of a peer are believed. With a number of hops everybody who connects is one of them. */
export function isBelieved({ ranges, hops }: Trust, address: string): boolean {
  return hops > 0 || isWithin(ranges, address);
}

/**
 * The client that trusted proxies speak for, from the list of X-Forwarded-For and the address of the peer: of the last entries, each
 * written by the proxy behind it, the first that no trusted proxy is. What is no address ends the search, since nobody trusted wrote it.
 */
export function forwardedClient(list: string, peer: string, { ranges, hops }: Trust): string {
  const entries = list.split(',').map(addressOf);
  if (hops > 0) return entries.at(-hops) ?? peer;
  let client = peer;
  for (let i = entries.length - 1; i >= 0 && isWithin(ranges, client); i--) {
    const entry = entries[i];
    if (entry === undefined) break;
    client = entry;
  }
  return client;
}

/** The address of an entry, which may have a port; undefined where it is none. */
function addressOf(entry: string): string | undefined {
  const text = withoutBlanks(entry);
  const [, bracketed, plain] = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$|^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  return isIP(address) === 0 || address.includes('%') ? undefined : address.toLowerCase();
}
