/**
 * What ingress-nginx does with a request, as far as routing goes. Written from rootfs/etc/nginx/template/nginx.tmpl, lua_ingress.lua,
 * ngx_srv_redirect.lua and balancer.lua of kubernetes/ingress-nginx (v1.15.1); nginx's own phases: rewrite directives of a location run in their order, and Lua's
 * rewrite runs behind them (lua-nginx-module, rewrite_by_lua_no_postpone).
 */
import type { Canary } from '../annotations/settings.ts';
import type { Share, Verdict } from '../proof/verdict.ts';
import { isRewritten } from './blocks.ts';
import { asRegExp, findLocation } from './find.ts';
import { catchAll, type Location, type Server, type Upstream, upstreamKey } from './server.ts';
import { escapedUri, normalUri } from './uri.ts';

export interface NginxRequest {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface NginxAnswer {
  readonly verdict: Verdict;
  /** Absent where no location was reached. */
  readonly location?: Location;
  readonly server?: Server;
}

export function answerOf(servers: readonly Server[], request: NginxRequest): NginxAnswer {
  const host = request.host.toLowerCase().replace(/:\d+$/, '');
  const from = servers.find(({ wwwFrom }) => wwwFrom === host);
  if (from !== undefined) return { server: from, verdict: { kind: 'redirect', status: from.redirectCode, location: `${request.scheme}://${from.host}${withoutSlash(request.target)}` } };
  const server = serverFor(servers, host);
  if (server === undefined) return { verdict: { kind: 'answer', status: 404 } };
  if (server.isPassthrough && request.scheme === 'https') return passed(server);
  const read = normalUri(request.target);
  if (read === undefined) return { server, verdict: { kind: 'answer', status: 400 } };
  const root = server.locations.find(({ settings }) => settings.appRoot !== '');
  if (read.uri === '/' && root !== undefined) return { server, location: root, verdict: { kind: 'redirect', status: 302, location: `${request.scheme}://${request.host}${root.settings.appRoot}` } };
  const found = findLocation(server, read.uri);
  if (found.kind === 'none') return { server, verdict: { kind: 'answer', status: 404 } };
  if (found.kind === 'slash') return { server, location: found.location, verdict: { kind: 'redirect', status: 301, location: `${request.scheme}://${request.host}${found.to}${read.args}` } };
  return { server, location: found.location, verdict: inLocation(found.location, server, request, read) };
}

/** TLS goes through to the Service of `/`. */
function passed(server: Server): NginxAnswer {
  const location = server.locations.find(({ path }) => path === '/');
  const upstream = location?.upstream;
  if (location === undefined || upstream === undefined) return { server, verdict: { kind: 'answer', status: 404 } };
  return { server, location, verdict: { kind: 'passthrough', shares: [{ backend: upstreamKey(upstream), percent: 100 }] } };
}

/** Exact names, then wildcards, which stand for one label (buildServerName, template.go), then the server for every host. */
export function serverFor(servers: readonly Server[], host: string): Server | undefined {
  return servers.find((it) => it.host === host || it.aliases.includes(host))
    ?? servers.find((it) => [it.host, ...it.aliases].some((name) => name.startsWith('*.') && /^[\w-]+$/.test(host.slice(0, -name.length + 1)) && host.endsWith(name.slice(1))))
    ?? servers.find((it) => it.host === catchAll);
}

function inLocation(location: Location, server: Server, request: NginxRequest, { uri, args }: { readonly uri: string; readonly args: string }): Verdict { // oxlint-disable-line max-params -- where, and what.
  const { settings, upstream } = location;
  if (request.method === 'OPTIONS' && settings.cors !== undefined && isAllowed(settings.cors.origins, request.headers['origin'] ?? '')) return { kind: 'answer', status: 204 };
  if (settings.redirect !== undefined) return { kind: 'redirect', status: settings.redirect.code, location: settings.redirect.url.replace(/\$request_uri$/, request.target) };
  const rewritten = isRewritten(location) ? rewrite(location, uri) : undefined;
  if (rewritten !== undefined && /^https?:\/\//.test(rewritten)) return { kind: 'redirect', status: 302, location: `${rewritten}${args}` };
  if (isForTls(location, server, request)) return { kind: 'redirect', status: server.redirectCode, location: `https://${request.host.replace(/:.*$/, '')}${settings.preserveTrailingSlash ? request.target : withoutSlash(request.target)}` };
  if (upstream === undefined) return { kind: 'answer', status: 404 };
  return {
    kind: 'forward', shares: sharesOf(upstream, request), host: settings.upstreamVhost === '' ? request.host : settings.upstreamVhost,
    target: rewritten === undefined ? request.target : `${escapedUri(rewritten)}${args}`,
  };
}

/** redirect_to_https in lua_ingress.lua. */
function isForTls({ settings }: Location, { certificate }: Server, { scheme }: NginxRequest): boolean {
  return scheme === 'http' && (settings.forceSslRedirect || (settings.sslRedirect && certificate !== undefined));
}

/** The redirects of the controller lose a slash at the end, of the query too. */
function withoutSlash(target: string): string {
  return target.endsWith('/') ? target.slice(0, -1) : target;
}

/** `rewrite "(?i)PATH" TARGET break`: the whole path becomes the target, wherever the expression matched. */
function rewrite({ path, settings }: Location, uri: string): string | undefined {
  const found = asRegExp(path)?.exec(uri);
  return found === null || found === undefined ? undefined : settings.rewriteTarget.replace(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? '').replace(/^(?!\/|https?:)/, '/');
}

function isAllowed(origins: readonly string[], origin: string): boolean {
  if (origins.length === 1 && origins[0] === '*') return true;
  return origins.some((it) => new RegExp(`${it.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&').replace('*', '[A-Za-z0-9\\-]+')}$`, 'i').test(origin));
}

/** Header, then cookie, then weight decide whether the canary is asked (route_to_alternative_balancer). */
export function sharesOf(upstream: Upstream, { headers }: Pick<NginxRequest, 'headers'>): Share[] {
  const main = upstreamKey(upstream);
  if (upstream.canary === undefined) return [{ backend: main, percent: 100 }];
  const { settings, upstream: other } = upstream.canary;
  const canary = upstreamKey(other);
  const header = settings.header === '' ? undefined : headers[settings.header.toLowerCase()];
  const cookie = settings.cookie === '' ? undefined : cookieOf(headers['cookie'] ?? '', settings.cookie);
  switch (byHeader(header, settings) ?? cookie) {
    case 'always': return [{ backend: canary, percent: 100 }];
    case 'never': return [{ backend: main, percent: 100 }];
    default: {
      const percent = Math.max(0, Math.min(100, settings.weight / settings.total * 100));
      return [{ backend: main, percent: 100 - percent }, { backend: canary, percent }].filter((it) => it.percent > 0);
    }
  }
}

/** What a header says of the canary, where it says something. */
function byHeader(value: string | undefined, { headerValue, headerPattern }: Canary): 'always' | 'never' | undefined {
  if (value === undefined) return undefined;
  if (headerValue !== '') return value === headerValue ? 'always' : undefined;
  if (headerPattern !== '') return asRegExp(headerPattern, '')?.test(value) === true ? 'always' : undefined;
  return value === 'always' || value === 'never' ? value : undefined;
}

/** nginx compares names of cookies without case. */
function cookieOf(header: string, name: string): string | undefined {
  const pairs = header.split(/;\s*/).map((it) => it.split('='));
  return pairs.find(([key = '']) => key.toLowerCase() === name.toLowerCase())?.slice(1).join('=');
}
