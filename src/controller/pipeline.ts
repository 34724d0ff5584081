import { type AttachSettings, LiveGraph } from '../attach/index.ts';
import type { Finding, Placement, Snapshot } from '../contract/index.ts';
import { LiveIr, type Lowered } from '../lower/index.ts';
import { LiveModel, type Model } from '../model/index.ts';
import type { Compiled } from './compile.ts';

export interface PipelineOptions {
  readonly settings: AttachSettings;
  /** As in `ControllerOptions`. */
  complete?(snapshot: Snapshot, model: Model): Promise<Snapshot>;
}

/**
 * From snapshots to graph and IR, with all that it remembers on the way: the work of a snapshot is proportional to how it differs from the
 * one before, and the result is the same as from nothing. After an exception nothing of it can be trusted but `undo`.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #source: LiveModel;
  /** Of snapshots that were completed; undefined while there was nothing to add. */
  #completed: LiveModel | undefined;
  #graph: LiveGraph | undefined;
  /** What the graph is of. */
  #graphOf: { readonly live: LiveModel; readonly settings: AttachSettings } | undefined;
  /** The one that was updated last. */
  #latest: LiveModel;
  #ir = new LiveIr();

  /** An object that is broken at first has its content in `previous`. */
  constructor(options: PipelineOptions, previous?: Model) {
    this.#options = options;
    this.#source = this.#latest = new LiveModel(previous);
  }

  async compile(snapshot: Snapshot): Promise<Compiled> {
    const { complete } = this.#options;
    this.#latest = this.#source;
    const changes = this.#source.update(snapshot);
    const completed = await complete?.(snapshot, this.#source.model) ?? snapshot;
    if (completed === snapshot) return this.#attach(this.#source, changes);
    this.#latest = this.#completed ??= new LiveModel(this.#source.model);
    return this.#attach(this.#completed, this.#completed.update(completed));
  }

  #attach(live: LiveModel, changes: ReturnType<LiveModel['update']>): Compiled {
    const { model } = live;
    const { settings } = this.#options;
    const isNew = this.#graph === undefined || this.#graphOf?.live !== live || this.#graphOf.settings !== settings;
    if (this.#graph === undefined || this.#graphOf?.live !== live || this.#graphOf.settings !== settings) {
      this.#graph = new LiveGraph(model, settings);
      this.#graphOf = { live, settings };
      this.#ir = new LiveIr();
    }
    const attached = isNew ? this.#graph.update(model) : this.#graph.update(model, changes);
    const findings: Finding[] = [...model.findings, ...attached.findings];
    return { ...attached, model, ...(isNew ? {} : { changes }), findings };
  }

  lower({ graph, change }: Compiled, placement: Placement): Lowered {
    return this.#ir.update(graph, placement, change);
  }

  /** The model before the last snapshot. */
  undo(): Model {
    const inForce = this.#graphOf?.live ?? this.#source;
    return inForce === this.#latest ? inForce.undo() : inForce.model;
  }
}
