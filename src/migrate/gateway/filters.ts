import type { Cors, Settings } from '../annotations/settings.ts';
import type { PathChange } from './way.ts';

export type Filter = Readonly<Record<string, unknown>> & { readonly type: string };

/** A path in the words of HTTPPathModifier. */
function modifierOf(change: PathChange): Readonly<Record<string, unknown>> {
  return change.kind === 'full' ? { type: 'ReplaceFullPath', replaceFullPath: change.value } : { type: 'ReplacePrefixMatch', replacePrefixMatch: change.value };
}

/** Host and path as the backend gets them. */
export function rewriteFilter({ upstreamVhost }: Pick<Settings, 'upstreamVhost'>, change: PathChange | undefined): Filter[] {
  const hostname = isHostname(upstreamVhost) ? { hostname: upstreamVhost } : {};
  const path = change === undefined ? {} : { path: modifierOf(change) };
  return Object.keys({ ...hostname, ...path }).length === 0 ? [] : [{ type: 'URLRewrite', urlRewrite: { ...hostname, ...path } }];
}

export function isHostname(name: string): boolean {
  return /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(name) && !/^[\d.]+$/.test(name);
}

export function requestHeaders(headers: Readonly<Record<string, string>>, remove: readonly string[]): Filter[] {
  const set = Object.entries(headers).map(([name, value]) => ({ name, value }));
  if (set.length + remove.length === 0) return [];
  return [{ type: 'RequestHeaderModifier', requestHeaderModifier: { ...(set.length === 0 ? {} : { set }), ...(remove.length === 0 ? {} : { remove }) } }];
}

export function setResponseHeaders(headers: Readonly<Record<string, string>>): Filter[] {
  const set = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return set.length === 0 ? [] : [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set } }];
}

/**
 * ingress-nginx answers `*` together with credentials, which browsers refuse; the Gateway API would answer the origin itself and let credentials
 * through. So `*` goes without credentials, which is what browsers make of it today.
 */
export function corsFilter({ origins, methods, headers, exposeHeaders, credentials, maxAgeSeconds }: Cors): Filter {
  const allowed = origins.filter((it) => it !== 'null');
  return { type: 'CORS', cors: {
    allowOrigins: allowed, ...(credentials && !allowed.includes('*') ? { allowCredentials: true } : {}), allowMethods: methods.map((it) => it.toUpperCase()), allowHeaders: headers,
    ...(exposeHeaders.length === 0 ? {} : { exposeHeaders }), maxAge: maxAgeSeconds,
  } };
}

export function toHttps(statusCode: number): Filter {
  return { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode } };
}

export function pathRedirect(path: string, statusCode: number): Filter {
  return { type: 'RequestRedirect', requestRedirect: { path: { type: 'ReplaceFullPath', replaceFullPath: path }, statusCode } };
}

/** A redirect to a URL of its own; a sentence where a RequestRedirect cannot say it. */
export function urlRedirect(url: string, statusCode: number): Filter | string {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return `a RequestRedirect has no status ${statusCode}`;
  const keepsPath = url.endsWith('$request_uri');
  const parts = /^(https?):\/\/([^/:?#$]+)(?::(\d+))?(\/[^?#$]*)?$/.exec(keepsPath ? url.slice(0, -'$request_uri'.length) : url);
  if (parts === null) return `a RequestRedirect has scheme, host, port and path, and cannot say ${url}`;
  const [, scheme, hostname, port, path] = parts;
  if (keepsPath && path !== undefined) return `a RequestRedirect cannot put ${path} before the path of the request`;
  const fixed = keepsPath ? {} : { path: { type: 'ReplaceFullPath', replaceFullPath: path ?? '/' } };
  return { type: 'RequestRedirect', requestRedirect: { scheme, hostname, ...(port === undefined ? {} : { port: Number(port) }), ...fixed, statusCode } };
}
