import { isIP } from 'node:net';

/**
 * Whether a Host names this machine without asking a name server: an address, or localhost. A page of the web whose name was made to
 * point at this machine (DNS rebinding) comes with that name, and is refused.
 */
export function isLocalHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  if (name.startsWith('[')) return name.endsWith(']') && isIP(name.slice(1, -1)) === 6;
  return isIP(name) === 4 || name === 'localhost' || name.endsWith('.localhost');
}

/** Whether a peer is this machine itself. */
export function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address ?? '');
}
