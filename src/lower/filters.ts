import type { Filter, HeaderFilter, HeaderValue, PathRewrite, Redirect, RewriteFilter } from '../ir/index.ts';
import { withoutTrailingSlash, type HttpMatch, type HttpRule } from './match.ts';

type HttpFilter = NonNullable<HttpRule['filters']>[number];

/** The filters that change requests and responses, in order; redirects are actions and come apart. */
export function lowerFilters(filters: readonly HttpFilter[] | undefined, match: HttpMatch): Filter[] {
  return (filters ?? []).flatMap((filter): Filter[] => {
    switch (filter.type) {
      case 'RequestHeaderModifier': return requestHeaders(filter.requestHeaderModifier ?? {});
      case 'ResponseHeaderModifier': return [headerFilter('response-headers', filter.responseHeaderModifier ?? {})];
      case 'URLRewrite': return [rewrite(filter.urlRewrite ?? {}, match)];
      default: return [];
    }
  });
}

interface Modifier {
  readonly set?: readonly HeaderValue[];
  readonly add?: readonly HeaderValue[];
  readonly remove?: readonly string[];
}

/** Setting Host means what rewriting the hostname means; as a plain header it would contradict the request line. */
function requestHeaders(modifier: Modifier): Filter[] {
  const filter = headerFilter('request-headers', modifier);
  const host = filter.set.find((it) => it.name === 'host');
  if (host === undefined) return [filter];
  return [{ ...filter, set: filter.set.filter((it) => it !== host) }, { kind: 'rewrite', hostname: host.value }];
}

function headerFilter(kind: HeaderFilter['kind'], { set = [], add = [], remove = [] }: Modifier): HeaderFilter {
  const lower = ({ name, value }: HeaderValue): HeaderValue => ({ name: name.toLowerCase(), value });
  return { kind, set: set.map(lower), add: add.map(lower), remove: remove.map((it) => it.toLowerCase()) };
}

function rewrite({ hostname, path }: NonNullable<HttpFilter['urlRewrite']>, match: HttpMatch): RewriteFilter {
  const lowered = pathRewrite(path, match);
  return { kind: 'rewrite', ...(hostname === undefined ? {} : { hostname }), ...(lowered === undefined ? {} : { path: lowered }) };
}

/** The redirect of a rule, or undefined (spec: HTTPRequestRedirectFilter). */
export function redirectOf(rule: HttpRule, match: HttpMatch): Redirect | undefined {
  const found = rule.filters?.find((it) => it.type === 'RequestRedirect')?.requestRedirect;
  if (found === undefined) return undefined;
  const path = pathRewrite(found.path, match);
  return {
    kind: 'redirect',
    status: (found.statusCode ?? 302) as Redirect['status'],
    ...(found.scheme === undefined ? {} : { scheme: found.scheme as 'http' | 'https' }),
    ...(found.hostname === undefined ? {} : { hostname: found.hostname }),
    ...(found.port === undefined ? {} : { port: found.port }),
    ...(path === undefined ? {} : { path }),
    filters: lowerFilters(rule.filters, match),
  };
}

interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

function pathRewrite(path: PathModifier | undefined, match: HttpMatch): PathRewrite | undefined {
  if (path === undefined) return undefined;
  if (path.type === 'ReplaceFullPath') return { kind: 'full', value: path.replaceFullPath ?? '/' };
  return { kind: 'prefix', match: withoutTrailingSlash(match.path?.value ?? '/'), value: path.replacePrefixMatch ?? '' };
}
