import { type AttachSettings, LiveGraph } from '../attach/index.ts';
import type { Placement, Snapshot } from '../contract/index.ts';
import { assumeServed } from '../controller/index.ts';
import { type Known, type Meaning, withAssumedEndpoints } from '../explain/index.ts';
import { LiveIr } from '../lower/index.ts';
import { LiveModel } from '../model/index.ts';
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
  return new LiveKnown(settings, where).of(snapshot);
}

/** What manifests mean, one version after another: each costs what is other in it, and takes the place of the one before. */
export class LiveKnown {
  readonly #settings: AttachSettings;
  readonly #where: Whereabouts;
  readonly #model = new LiveModel();
  readonly #ir = new LiveIr();
  #graph: LiveGraph | undefined;

  constructor(settings: AttachSettings, where: Whereabouts) {
    this.#settings = settings;
    this.#where = where;
  }

  of(snapshot: Snapshot): Known & { readonly meaning: Meaning } {
    const changes = this.#model.update(snapshot);
    const { model } = this.#model;
    const isFirst = this.#graph === undefined;
    this.#graph ??= new LiveGraph(model, this.#settings);
    const { graph, findings, change } = this.#graph.update(model, isFirst ? undefined : changes);
    const placement = this.#where.placement ?? assumeServed(graph, DEFAULT_POOL).placement;
    const { ir } = this.#ir.update(graph, placement, change);
    const trying: Meaning['trying'] = (objects, look) => {
      try {
        return look(this.of({ objects, findings: snapshot.findings }));
      } finally {
        this.of(snapshot);
      }
    };
    const meaning = { model, graph, findings: [...model.findings, ...findings], sources: snapshot.objects, trying };
    return { ...(this.#where.endpoints === 'assumed' ? withAssumedEndpoints(ir, graph, model) : { ir, assumed: new Set() }), meaning };
  }
}
