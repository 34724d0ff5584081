import type { Location, Server } from './server.ts';

/** What nginx finds for a path: a location, with what its expression captured, or a redirect to the path with a slash behind. */
export type Found =
  | { readonly kind: 'location'; readonly location: Location }
  | { readonly kind: 'slash'; readonly location: Location; readonly to: string }
  | { readonly kind: 'none' };

const compiled = new Map<string, RegExp | undefined>();

/** PCRE as JavaScript has it, without regard to case if not said otherwise; undefined where it cannot be read. */
export function asRegExp(source: string, flags: 'i' | '' = 'i'): RegExp | undefined {
  const key = `${flags} ${source}`;
  if (!compiled.has(key)) compiled.set(key, compile(source, flags));
  return compiled.get(key);
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source.replace(/\(\?P</g, '(?<'), flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** nginx's choice of a location: the exact one, then expressions in their order, then the longest prefix (ngx_http_core_find_location). */
export function findLocation({ locations }: Server, uri: string): Found {
  const exact = locations.find((it) => it.modifier === 'exact' && it.path === uri);
  if (exact !== undefined) return { kind: 'location', location: exact };
  const prefixes = locations.filter((it) => it.modifier === 'prefix' && uri.startsWith(it.path));
  const longest = prefixes.reduce<Location | undefined>((best, it) => (best === undefined || it.path.length > best.path.length ? it : best), undefined);
  // A path of proxy_pass that ends in a slash answers the path without it, also where it is exact (auto_redirect).
  const slashed = longest?.path === uri ? undefined : locations.find((it) => it.modifier !== 'regex' && it.path === `${uri}/`);
  if (slashed !== undefined) return { kind: 'slash', location: slashed, to: slashed.path };
  const matched = locations.find((it) => it.modifier === 'regex' && asRegExp(`^${it.path}`)?.test(uri) === true);
  const location = matched ?? longest;
  return location === undefined ? { kind: 'none' } : { kind: 'location', location };
}
