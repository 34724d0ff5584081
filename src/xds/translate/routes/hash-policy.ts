import type { Backend } from '../../../ir/index.ts';
import type { RouteActionHashPolicy } from '../../gen/messages.ts';

/** By what a ring of endpoints is entered; Envoy asks the route for it and not the cluster. */
export function hashPolicy(backend: Backend | undefined): RouteActionHashPolicy[] {
  const balancing = backend?.balancing;
  if (balancing?.kind !== 'hash') return [];
  switch (balancing.on.kind) {
    case 'source': return [{ connection_properties: { source_ip: true } }];
    case 'header': return [{ header: { header_name: balancing.on.name } }];
    case 'cookie': return [{ cookie: { name: balancing.on.name } }];
  }
}
