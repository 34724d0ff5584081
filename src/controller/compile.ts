import { attach, graphFindings, type AttachSettings, type Graph } from '../attach/index.ts';
import type { Finding, Snapshot } from '../contract/index.ts';
import { buildModel, type Model } from '../model/index.ts';

/** The pure part of the pipeline up to the graph. */
export interface Compiled {
  readonly model: Model;
  readonly graph: Graph;
  /** Of reading, of single objects, and of their joining, in that order. */
  readonly findings: readonly Finding[];
}

/** What a snapshot means. `previous` gives objects that are broken now the content that they had. */
export function compile(snapshot: Snapshot, settings: AttachSettings, previous?: Model): Compiled {
  const model = buildModel(snapshot, previous);
  const graph = attach(model, settings);
  return { model, graph, findings: [...model.findings, ...graphFindings(graph)] };
}
