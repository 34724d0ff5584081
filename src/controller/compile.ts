import { attach, type AttachSettings, type Attached, type Graph } from '../attach/index.ts';
import type { Finding, Snapshot } from '../contract/index.ts';
import { buildModel, type Model, type ModelChange } from '../model/index.ts';

/** The pure part of the pipeline up to the graph. */
export interface Compiled extends Pick<Attached, 'change' | 'dangling'> {
  readonly model: Model;
  /** The objects that are others than before; undefined where there was no before. */
  readonly changes?: readonly ModelChange[];
  readonly graph: Graph;
  /** Of reading, of single objects, and of their joining, in that order. */
  readonly findings: readonly Finding[];
}

/** What a snapshot means. `previous` gives objects that are broken now the content that they had. */
export function compile(snapshot: Snapshot, settings: AttachSettings, previous?: Model): Compiled {
  const model = buildModel(snapshot, previous);
  const attached = attach(model, settings);
  return { ...attached, model, findings: [...model.findings, ...attached.findings] };
}
