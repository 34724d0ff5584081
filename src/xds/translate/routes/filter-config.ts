import type { Filter, Persistence } from '../../../ir/index.ts';
import type { Any, Route } from '../../gen/messages.ts';
import { filterNames } from '../names.ts';
import { authChain } from './auth.ts';
import { corsConfig } from './cors.ts';
import type { RouteSurroundings } from './surroundings.ts';
import { sessionConfig } from './session.ts';

/** What the HTTP filters of the connection manager are to do on a route; those that are not named do nothing. */
export function filterConfig(filters: readonly Filter[], surroundings: RouteSurroundings, { persistence, requestTimeoutMs }: { readonly persistence?: Persistence | undefined; readonly requestTimeoutMs?: number | undefined } = {}): Pick<Route, 'typed_per_filter_config'> {
  const chain = authChain(filters, surroundings, requestTimeoutMs);
  const config: Record<string, Any> = {
    ...corsConfig(filters),
    ...(chain === undefined ? {} : { [filterNames.chain]: chain }),
    ...(persistence === undefined ? {} : { [filterNames.session]: sessionConfig(persistence, surroundings.protocol) }),
  };
  return Object.keys(config).length === 0 ? {} : { typed_per_filter_config: config };
}
