import type { AttachSettings } from '../attach/index.ts';
import type { Placement, Snapshot } from '../contract/index.ts';
import { assumeServed, compile } from '../controller/index.ts';
import { type Known, type Meaning, withAssumedEndpoints } from '../explain/index.ts';
import { lower } from '../lower/index.ts';
import { DEFAULT_POOL } from './default-pool.ts';

/** What differs where manifests are not files. */
export interface Whereabouts {
  /** `assumed`: backends that no EndpointSlice speaks of are taken as ready. */
  readonly endpoints: 'assumed' | 'known';
  /** Absent: Gateways have the addresses of an empty pool. */
  readonly placement?: Placement;
}

/** What manifests mean to someone who asks about them. */
export function knownOf(snapshot: Snapshot, settings: AttachSettings, where: Whereabouts = { endpoints: 'assumed' }): Known & { readonly meaning: Meaning } {
  const { model, graph, findings } = compile(snapshot, settings);
  const placement = where.placement ?? assumeServed(graph, DEFAULT_POOL).placement;
  const again = (objects: Snapshot['objects']): ReturnType<typeof knownOf> => knownOf({ objects, findings: snapshot.findings }, settings, where);
  const ir = lower(graph, placement);
  return { ...(where.endpoints === 'assumed' ? withAssumedEndpoints(ir, graph, model) : { ir, assumed: new Set() }), meaning: { model, graph, findings, sources: snapshot.objects, again } };
}
