import type { Filter } from '../../../ir/index.ts';
import type { RouteActionRequestMirrorPolicy } from '../../gen/messages.ts';
import { backendCluster, type RouteSurroundings } from './surroundings.ts';

/** Copies of requests; they keep the Host, to which Envoy by itself would add `-shadow`. */
export function mirrorPolicies(filters: readonly Filter[], surroundings: RouteSurroundings): RouteActionRequestMirrorPolicy[] {
  return filters.filter((it) => it.kind === 'mirror').map(({ backend, share }) => ({
    cluster: backendCluster(backend, surroundings), disable_shadow_host_suffix_append: true,
    ...(share === 1 ? {} : { runtime_fraction: { default_value: { numerator: Math.round(share * 1e6), denominator: 'MILLION' } } }),
  }));
}
