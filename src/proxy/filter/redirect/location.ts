import type { Redirect } from '../../../ir/index.ts';
import { rewritePath } from '../rewrite/rewrite.ts';

/** What a Location takes from the request where the redirect does not say. */
export interface RedirectedRequest {
  readonly scheme: 'http' | 'https';
  /** Host as sent, perhaps with a port. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** The listener's port. */
  readonly port: number;
}

const wellKnown = { http: 80, https: 443 } as const;

/** The Location of a redirect (spec: HTTPRequestRedirectFilter, with its rules for ports). */
export function locationOf(redirect: Redirect, request: RedirectedRequest): string {
  const scheme = redirect.scheme ?? request.scheme;
  const host = redirect.hostname ?? hostWithoutPort(request.host);
  const port = redirect.port ?? (redirect.scheme === undefined ? request.port : wellKnown[scheme]);
  const path = redirect.path === undefined ? request.path : rewritePath(request.path, redirect.path);
  const target = path + request.query;
  if (host === '') return target;
  return `${scheme}://${host}${port === wellKnown[scheme] ? '' : `:${port}`}${target}`;
}

/** `example.com:8080` → `example.com`; an IPv6 literal keeps its brackets. */
export function hostWithoutPort(host: string): string {
  const colon = host.indexOf(':', host.startsWith('[') ? host.indexOf(']') : 0);
  return colon < 0 ? host : host.slice(0, colon);
}
