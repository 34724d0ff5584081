import type { Origin } from '../contract/index.ts';
import type { ListenerKey, Rehearsal } from '../ir/index.ts';
import type { Asked } from './asked.ts';
import type { Known } from './known.ts';
import type { PlaceToAsk } from './places.ts';

/** A request and what became of it at one Gateway. */
export interface Case {
  readonly asked: Asked;
  readonly place: PlaceToAsk;
  readonly rehearsal: Rehearsal;
}

/** The listener of the manifests that a listener of the data plane comes from. */
export function originOf(listener: ListenerKey | undefined, { ir }: Known): Origin | undefined {
  return listener === undefined ? undefined : (ir.listeners[listener] ?? ir.streamListeners?.[listener])?.origin;
}
