/** Whether an Origin, as a client sent it, is allowed. */
export type OriginTest = (origin: string) => boolean;

const wellKnown: Record<string, string> = { 'http:': ':80', 'https:': ':443' };

/**
 * Compiles allowed origins (spec: HTTPCORSFilter.allowOrigins). A `*` in a host stands for any run of characters up to the part that
 * follows it, dots included, but for at least one: `https://*.example.com` is not `https://example.com`. Ports that are left out are
 * those of the scheme.
 */
export function compileOrigins(origins: readonly string[]): OriginTest {
  if (origins.includes('*')) return () => true;
  const exact = new Set(origins.filter((it) => !it.includes('*')).map(withPort));
  const patterns = origins.filter((it) => it.includes('*')).map((it) => compilePattern(withPort(it)));
  return (origin) => {
    const whole = withPort(origin.toLowerCase());
    return exact.has(whole) || patterns.some((matches) => matches(whole));
  };
}

/** The pieces between the stars must come in order, the first at the start and the last at the end: no backtracking, so linear time. */
function compilePattern(pattern: string): OriginTest {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (origin) => {
    if (!origin.startsWith(first) || !origin.endsWith(last)) return false;
    const end = origin.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = origin.indexOf(piece, at + 1);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at < end && isHost(origin.slice(first.length, end));
  };
}

/** A star never reaches beyond the host: not over a slash, a port, credentials or a second scheme. */
function isHost(text: string): boolean {
  return /^[^/:@?#]+$/.test(text);
}

/** `https://a.example` → `https://a.example:443`. */
function withPort(origin: string): string {
  const schemeEnd = origin.indexOf('//');
  const scheme = origin.slice(0, Math.max(schemeEnd, 0));
  const port = wellKnown[scheme];
  return port === undefined || /:\d+$/.test(origin.slice(schemeEnd + 2)) ? origin : origin + port;
}
