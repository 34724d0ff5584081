import type { MirrorNode } from '../attach/index.ts';
import type { AuthFilter, CorsFilter, Filter, HeaderFilter, HeaderValue, MirrorFilter, PathRewrite, Redirect, RewriteFilter } from '../ir/index.ts';
import { lowerAuth } from './auth.ts';
import { withoutTrailingSlash, type HttpMatch, type HttpRule } from './match.ts';

type HttpFilter = NonNullable<HttpRule['filters']>[number];

/**
 * The filters that act on requests and responses, in order; redirects are actions and come apart. `found` are the backends of this very
 * list; a mirror whose backend does not resolve is left out (spec: HTTPRequestMirrorFilter.backendRef), and a rule with an authorizer that
 * does not resolve never comes here.
 */
export function lowerFilters(filters: readonly HttpFilter[] | undefined, match: HttpMatch, found: readonly MirrorNode[] = []): Filter[] {
  return (filters ?? []).flatMap((filter, index): Filter[] => {
    switch (filter.type) {
      case 'CORS': return [cors(filter.cors)];
      case 'RequestMirror': return mirror(filter.requestMirror, found.find((it) => it.index === index));
      case 'ExternalAuth': return auth(filter.externalAuth, found.find((it) => it.index === index));
      case 'RequestHeaderModifier': return requestHeaders(filter.requestHeaderModifier ?? {});
      case 'ResponseHeaderModifier': return [headerFilter('response-headers', filter.responseHeaderModifier ?? {})];
      case 'URLRewrite': return [rewrite(filter.urlRewrite ?? {}, match)];
      default: return [];
    }
  });
}

function auth(filter: HttpFilter['externalAuth'], node: MirrorNode | undefined): AuthFilter[] {
  return filter === undefined || node?.backend === undefined ? [] : [lowerAuth(filter, node.backend)];
}

function mirror(filter: HttpFilter['requestMirror'], node: MirrorNode | undefined): MirrorFilter[] {
  if (node?.backend === undefined) return [];
  const { percent, fraction } = filter ?? {};
  const share = fraction === undefined ? (percent ?? 100) / 100 : fraction.numerator / (fraction.denominator ?? 100);
  return [{ kind: 'mirror', backend: node.backend, share: Math.min(1, share) }];
}

function cors({ allowOrigins = [], allowMethods = [], allowHeaders = [], exposeHeaders = [], allowCredentials = false, maxAge = 5 }: Partial<NonNullable<HttpFilter['cors']>> = {}): CorsFilter {
  return {
    kind: 'cors', origins: allowOrigins.map((it) => it.toLowerCase()), methods: allowMethods, headers: allowHeaders, exposeHeaders,
    credentials: allowCredentials, maxAgeSeconds: maxAge,
  };
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
export function redirectOf(rule: HttpRule, match: HttpMatch, mirrors: readonly MirrorNode[] = []): Redirect | undefined {
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
    filters: lowerFilters(rule.filters, match, mirrors),
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
