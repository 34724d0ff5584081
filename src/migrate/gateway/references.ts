/** A Service that a URL of an annotation means. */
export interface ServiceUrl {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** With the slash in front; `''` for none. */
  readonly path: string;
}

/**
 * Reads `http://NAME.NAMESPACE.svc.cluster.local:PORT/PATH`. A sentence where a URL leads elsewhere: references of routes name Services.
 */
export function readServiceUrl(url: string): ServiceUrl | string {
  const parts = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([^?#]*)([?#].*)?$/.exec(url);
  if (parts === null) return `${url} is no URL that can be read`;
  const [, scheme, host = '', port, path = '', rest] = parts;
  const [service = '', namespace = '', svc, ...domain] = host.split('.');
  if (host.includes('$') || path.includes('$')) return `${url} is put together from variables of nginx`;
  if (rest !== undefined) return `${url} has a query, and an authorizer or mirror is asked with that of the request`;
  const isService = namespace !== '' && (svc === undefined ? domain.length === 0 : svc === 'svc');
  if (!isService) return `${url} leads out of the cluster, and a route names a Service`;
  if (scheme === 'https') return `${url} is reached over TLS, whose certificate nginx does not check and a BackendTLSPolicy does`;
  return { namespace, service, port: port === undefined ? 80 : Number(port), path: path === '/' ? '' : path };
}

/** Seconds in the Gateway API's form (GEP-2257): at most five digits for a unit. */
export function durationOf(seconds: number): string {
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds % 3600 / 60), 'm'], [seconds % 60, 's']] as const;
  return seconds < 100_000 ? `${seconds}s` : parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join('');
}
