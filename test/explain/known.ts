/** Plain objects as an explanation needs them. */
import { nativeSettings } from '../../src/cli/settings.ts';
import type { SourceObject } from '../../src/contract/index.ts';
import { assumeServed, compile } from '../../src/controller/index.ts';
import type { Known } from '../../src/explain/index.ts';
import { lower } from '../../src/lower/index.ts';

function sourceOf(value: unknown, order: number): SourceObject {
  return { value, generation: 1, order, locate: () => undefined, excerpt: () => undefined };
}

/** What the objects mean; `pool` gives the Gateways their addresses. */
export function knownFrom(objects: readonly object[], pool = '127.0.10.0/24'): Known & { readonly meaning: NonNullable<Known['meaning']> } {
  const { model, graph, findings } = compile({ objects: objects.map(sourceOf), findings: [] }, nativeSettings({ strict: false }));
  const { placement } = assumeServed(graph, pool);
  return { ir: lower(graph, placement), assumed: new Set(), meaning: { model, graph, findings } };
}
