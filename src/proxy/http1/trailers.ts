import { lineEnd, offsets, scan, scanFields } from './scan-head.ts';

/** Fields that mean nothing or harm in a trailer section (RFC 9110 section 6.5.1): framing, routing, authentication, conditions. */
const forbidden: ReadonlySet<string> = new Set([
  'transfer-encoding', 'content-length', 'host', 'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect',
  'content-encoding', 'content-type', 'content-range', 'authorization', 'proxy-authorization', 'www-authenticate', 'proxy-authenticate',
  'cookie', 'set-cookie', 'cache-control', 'max-forwards', 'range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since',
  'if-range', 'age', 'date', 'expires', 'location', 'retry-after', 'vary', 'warning', 'forwarded', 'via',
]);

/**
 * The lines of a trailer section that may be forwarded, or undefined where the section is malformed. `text` ends with its empty line;
 * `hopNames` are the names that Connection takes out (RFC 9110 section 7.6.1).
 */
export function allowedTrailers(text: string, most: number, hopNames: readonly string[] = []): string | undefined {
  if (text === '\r\n') return '';
  if (scanFields(text, 0, most) !== 'ok' || scan.end !== text.length) return undefined;
  let lines = '';
  for (let i = 0; i < scan.count; i++) {
    const name = text.slice(offsets[i * 4], offsets[i * 4 + 1]).toLowerCase().replaceAll('_', '-');
    const isForbidden = forbidden.has(name) || name.startsWith('x-forwarded-') || hopNames.includes(name);
    if (!isForbidden) lines += text.slice(offsets[i * 4], lineEnd(i));
  }
  return lines;
}
