import type { ListenerFilterNode } from '../attach/index.ts';
import type { AuthFilter, Respond } from '../ir/index.ts';

type ExternalAuth = ListenerFilterNode['auth'];

/** A filter ExternalAuth whose authorizer is found. Both lists of headers have their defaults where they are empty (spec: HTTPAuthConfig, GRPCAuthConfig). */
export function lowerAuth({ protocol, backendRef, http, grpc, forwardBody }: ExternalAuth, backend: string): AuthFilter {
  const isGrpc = protocol === 'GRPC';
  const requestHeaders = lowerCase((isGrpc ? grpc : http)?.allowedHeaders);
  const responseHeaders = lowerCase(isGrpc ? [] : http?.allowedResponseHeaders);
  return {
    kind: 'auth', protocol: isGrpc ? 'grpc' : 'http', backend,
    host: backendRef.name,
    pathPrefix: isGrpc ? '' : http?.path ?? '',
    requestHeaders: isGrpc && requestHeaders.length === 0 ? 'all' : requestHeaders,
    responseHeaders: responseHeaders.length === 0 ? 'all' : responseHeaders,
    bodyBytes: forwardBody?.maxSize ?? 0,
  };
}

function lowerCase(names: readonly string[] | undefined): string[] {
  return (names ?? []).map((it) => it.toLowerCase());
}

/** What requests of a listener pass first; one that can't be asked lets nobody through. */
export function lowerListenerFilters(filters: readonly ListenerFilterNode[]): (AuthFilter | Respond)[] {
  return filters.map(({ auth, backend }) => (backend === undefined ? { kind: 'respond', status: 500, because: 'listener-filter-not-resolved' } : lowerAuth(auth, backend)));
}
