import type { AttachSettings } from '../attach/index.ts';
import type { Snapshot } from '../contract/index.ts';
import { assumeServed, compile } from '../controller/index.ts';
import { type Known, type Meaning, withAssumedEndpoints } from '../explain/index.ts';
import { lower } from '../lower/index.ts';
import { DEFAULT_POOL } from './default-pool.ts';

/** What manifests mean to someone who asks about them; Gateways have the addresses of an empty pool. */
export function knownOf(snapshot: Snapshot, settings: AttachSettings): Known & { readonly meaning: Meaning } {
  const { model, graph, findings } = compile(snapshot, settings);
  const { placement } = assumeServed(graph, DEFAULT_POOL);
  const meaning = { model, graph, findings, sources: snapshot.objects, again: (objects: Snapshot['objects']) => knownOf({ objects, findings: snapshot.findings }, settings) };
  return { ...withAssumedEndpoints(lower(graph, placement), graph, model), meaning };
}
