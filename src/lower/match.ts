import type { HTTPRoute } from '../api/index.ts';
import type { Match, PathMatch, ValueMatch } from '../ir/index.ts';

export type HttpRule = NonNullable<HTTPRoute['spec']['rules']>[number];
export type HttpMatch = NonNullable<HttpRule['matches']>[number];

/** A rule without matches takes every request (spec: HTTPRouteRule.matches). */
export function matchesOf(rule: HttpRule): readonly HttpMatch[] {
  return rule.matches === undefined || rule.matches.length === 0 ? [{ path: { type: 'PathPrefix', value: '/' } } as HttpMatch] : rule.matches;
}

export function lowerMatch(match: HttpMatch): Match {
  const headers = distinct((match.headers ?? []).map((it) => ({ ...lowerValue(it), name: it.name.toLowerCase() })));
  const query = distinct((match.queryParams ?? []).map(lowerValue));
  return {
    path: lowerPath(match.path),
    ...(match.method === undefined ? {} : { method: match.method }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(query.length === 0 ? {} : { query }),
  };
}

function lowerPath(path: HttpMatch['path']): PathMatch {
  const value = path?.value ?? '/';
  switch (path?.type) {
    case 'Exact': return { kind: 'exact', value };
    case 'RegularExpression': return { kind: 'regex', value };
    default: return { kind: 'prefix', value: withoutTrailingSlash(value) };
  }
}

/** `/foo/` and `/foo` are the same prefix (spec: PathMatchPathPrefix). */
export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function lowerValue({ name, type, value }: { name: string; type?: string; value: string }): ValueMatch {
  return { name, kind: type === 'RegularExpression' ? 'regex' : 'exact', value };
}

/** Of several conditions on equivalent names the first counts (spec: HTTPHeaderMatch.name). */
function distinct(values: readonly ValueMatch[]): ValueMatch[] {
  return values.filter((it, index) => values.findIndex((other) => other.name === it.name) === index);
}
