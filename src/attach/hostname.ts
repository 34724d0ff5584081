/**
 * Hostname algebra of the Gateway API: `''` is every host, `*.example.com` is any subdomain at any depth but not the
 * apex, anything else is one host. All functions take lower-case names.
 */

function isWildcard(hostname: string): boolean {
  return hostname.startsWith('*.');
}

/** Does every host that `inner` stands for belong to `outer`? */
export function covers(outer: string, inner: string): boolean {
  if (outer === '' || outer === inner) return true;
  if (inner === '' || !isWildcard(outer)) return false;
  const suffix = outer.slice(1);
  const name = isWildcard(inner) ? inner.slice(1) : inner;
  return name.length > suffix.length && name.endsWith(suffix);
}

/** The hosts that both stand for, as one hostname; undefined where there are none. */
export function intersect(a: string, b: string): string | undefined {
  if (covers(a, b)) return b;
  if (covers(b, a)) return a;
  return undefined;
}

/** Orders by precedence: exact before wildcard, longer before shorter, any host last (spec: HTTPRouteSpec.hostnames). */
export function compareSpecificity(a: string, b: string): number {
  return rank(b) - rank(a) || b.length - a.length;
}

function rank(hostname: string): number {
  if (hostname === '') return 0;
  return isWildcard(hostname) ? 1 : 2;
}
