import { valuesOf } from '../annotations/values.ts';
import { isRewritten } from '../nginx/blocks.ts';
import { serverFor } from '../nginx/answer.ts';
import { findLocation } from '../nginx/find.ts';
import { catchAll, type Location, type Server, type Upstream } from '../nginx/server.ts';
import type { Context } from './context.ts';
import { readServiceUrl, type ServiceUrl } from './references.ts';

export interface Authorizer extends ServiceUrl {
  /** The URL leads there through a host of ingress-nginx itself. */
  readonly isThroughHost: boolean;
}

/**
 * The Service that `auth-url` means: the one that it names, or the one that answers it where it leads back to a host of these Ingresses, as
 * `https://$host/oauth2/auth` does. A sentence where it is neither.
 */
export function authorizerOf(url: string, host: string, context: Pick<Context, 'servers' | 'surroundings'>): Authorizer | string {
  const direct = readServiceUrl(url);
  if (typeof direct !== 'string') return { ...direct, isThroughHost: false };
  const [, named = '', path = ''] = /^https?:\/\/([^/:?#]+)(?::\d+)?(\/[^?#$]*)$/.exec(url) ?? [];
  const upstream = path === '' ? undefined : upstreamAt(/^\$(?:http_)?host$/.test(named) ? host : named, path, context.servers);
  const port = upstream === undefined ? undefined : context.surroundings.portOf(upstream.namespace, upstream.service, upstream.port);
  return upstream === undefined || port === undefined ? direct : { namespace: upstream.namespace, service: upstream.service, port, path, isThroughHost: true };
}

/** Who answers a path of a host that is named. */
function upstreamAt(host: string, path: string, servers: readonly Server[]): Upstream | undefined {
  const server = serverFor(servers, host);
  const found = server === undefined || server.host === catchAll ? undefined : findLocation(server, path);
  return found?.kind === 'location' && isOpen(found.location) ? found.location.upstream : undefined;
}

/** It is served as it is asked for, by a backend, and to everybody. */
function isOpen(location: Location): boolean {
  return !isRewritten(location) && location.settings.redirect === undefined && location.settings.protocol === 'HTTP' && !valuesOf(location.ingress).has('auth-url');
}
