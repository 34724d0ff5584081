import { isIPv6 } from 'node:net';
import { isAddressCharacter, isHostCharacter } from './tables.ts';

/** Whether a Host value or authority is one host and perhaps a port, and nothing else (RFC 9110 section 7.2). */
export function isAuthority(text: string): boolean {
  let at = 0;
  if (text.charCodeAt(0) === 91) {
    at = 1;
    while (at < text.length && isAddressCharacter[text.charCodeAt(at)] === 1) at++;
    if (text.charCodeAt(at) !== 93 || !isIPv6(text.slice(1, at))) return false;
    at++;
  } else {
    while (at < text.length && isHostCharacter[text.charCodeAt(at)] === 1) at++;
    if (at === 0) return false;
  }
  return at === text.length || isPort(text, at);
}

function isPort(text: string, colon: number): boolean {
  if (text.charCodeAt(colon) !== 58 || text.length - colon > 6) return false;
  let port = 0;
  for (let at = colon + 1; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
  }
  return port <= 65535;
}
