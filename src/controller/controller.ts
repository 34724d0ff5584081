import { setImmediate as nextTurn } from 'node:timers/promises';
import { endpointFindings, type AttachSettings, type Graph } from '../attach/index.ts';
import type { ApplyReport, Finding, Placement, Snapshot } from '../contract/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import type { Model, ModelChange } from '../model/index.ts';
import { LiveStatuses, refusedFindings, type StatusDocument, type Statuses } from '../status/index.ts';
import type { Placed } from './address-book.ts';
import { inPlaceOf } from './newest-snapshot.ts';
import { Pipeline } from './pipeline.ts';

/** One configuration that the data plane has taken, with everything that led to it. The tables of model, graph and IR, the routes and the statuses are as they are now, also after a step that failed. */
export interface Applied {
  readonly revision: number;
  readonly model: Model;
  /** The objects that are others than in the configuration before; undefined where that is not known. */
  readonly changes: readonly ModelChange[] | undefined;
  readonly graph: Graph;
  readonly placement: Placement;
  readonly ir: Ir;
  readonly report: ApplyReport;
  readonly statuses: readonly StatusDocument[];
  readonly statusChange: Statuses['change'];
  readonly findings: readonly Finding[];
}

export interface ControllerOptions {
  /** Read anew for each snapshot, since what a cluster serves can change. */
  readonly settings: AttachSettings;
  /** Gives Gateways their addresses. */
  readonly addresses: { place(graph: Graph): Promise<Placed> };
  /** The data plane. `change`: what is other than in the IR that it took before; undefined where that is not known. */
  apply(ir: Ir, graph: Graph, change?: IrChange): Promise<ApplyReport>;
  /** Completes a snapshot with what no source has, such as endpoints of demo backends; the same snapshot where there is nothing to add. */
  complete?(snapshot: Snapshot, model: Model): Promise<Snapshot>;
  onApplied(applied: Applied): void;
  /** A bug in the pipeline; the last good configuration stays in force. */
  onBug(error: unknown): void;
}

/** The loop: takes snapshots, newest first, one at a time, and brings the data plane to what they mean. */
export class Controller {
  readonly #options: ControllerOptions;
  #waiting: Snapshot | undefined;
  #running: Promise<void> | undefined;
  #pipeline: Pipeline;
  #statuses = new LiveStatuses();
  /** What the next step builds on. */
  #last: Pick<Applied, 'revision' | 'statuses'> = { revision: 0, statuses: [] };
  #seen: Snapshot | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#pipeline = new Pipeline(options);
  }

  /** Resolves when this snapshot, or a newer one that took its place, is in force. */
  update(snapshot: Snapshot): Promise<void> {
    this.#waiting = inPlaceOf(this.#waiting, snapshot);
    this.#running ??= this.#drain();
    return this.#running;
  }

  /** The data plane or an address has news: statuses are made anew of what is in force. */
  async again(): Promise<void> {
    if (this.#seen !== undefined) await this.update(this.#waiting ?? this.#seen);
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== undefined) {
      const snapshot = this.#waiting;
      this.#waiting = undefined;
      this.#seen = snapshot;
      try {
        const applied = await this.#step(snapshot);
        this.#last = applied;
        this.#options.onApplied(applied);
      } catch (error) {
        this.#begin();
        this.#options.onBug(error);
      }
    }
    this.#running = undefined;
  }

  /** Nothing that was remembered counts any more but what was in force. */
  #begin(): void {
    this.#pipeline = new Pipeline(this.#options, this.#pipeline.undo());
    this.#statuses = new LiveStatuses(this.#last.statuses);
  }

  async #step(snapshot: Snapshot): Promise<Applied> {
    const { addresses, apply } = this.#options;
    const compiled = await this.#pipeline.compile(snapshot);
    const { model, changes, graph } = compiled;
    const { placement, findings } = await addresses.place(graph);
    const { ir, change } = this.#pipeline.lower(compiled, placement);
    const report = await apply(ir, graph, change);
    // What was handed out leaves at the end of this turn; statuses are made after it.
    await nextTurn();
    const statuses = this.#statuses.update(graph, { placement, report, now: new Date().toISOString().replace(/\.\d+Z$/, 'Z') }, compiled.change);
    return {
      revision: this.#last.revision + 1,
      model, changes, graph, placement, ir, report, statusChange: statuses.change,
      // Listed when somebody asks.
      get statuses() { return statuses.documents; },
      findings: [...compiled.findings, ...findings, ...endpointFindings(compiled.dangling, graph), ...refusedFindings(report, model)],
    };
  }
}
