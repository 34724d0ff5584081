import { endpointFindings, type AttachSettings, type Graph } from '../attach/index.ts';
import type { ApplyReport, Finding, Placement, Snapshot } from '../contract/index.ts';
import type { Ir } from '../ir/index.ts';
import { lower } from '../lower/index.ts';
import type { Model } from '../model/index.ts';
import { keepTransitionTimes, statusDocuments, type StatusDocument } from '../status/index.ts';
import type { Placed } from './address-book.ts';
import { compile } from './compile.ts';

/** One configuration that the data plane has taken, with everything that led to it. */
export interface Applied {
  readonly revision: number;
  readonly model: Model;
  readonly graph: Graph;
  readonly placement: Placement;
  readonly ir: Ir;
  readonly report: ApplyReport;
  readonly statuses: readonly StatusDocument[];
  readonly findings: readonly Finding[];
}

export interface ControllerOptions {
  /** Read anew for each snapshot, since what a cluster serves can change. */
  readonly settings: AttachSettings;
  /** Gives Gateways their addresses. */
  readonly addresses: { place(graph: Graph): Promise<Placed> };
  /** The data plane. */
  apply(ir: Ir, graph: Graph): Promise<ApplyReport>;
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
  /** What the next step builds on; the graph is let go, since with many routes it is large. */
  #last: Pick<Applied, 'revision' | 'model' | 'statuses'> | undefined;
  #seen: Snapshot | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  /** Resolves when this snapshot, or a newer one that took its place, is in force. */
  update(snapshot: Snapshot): Promise<void> {
    this.#waiting = snapshot;
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
        const { revision, model, statuses } = applied;
        this.#last = { revision, model, statuses };
        this.#options.onApplied(applied);
      } catch (error) {
        this.#options.onBug(error);
      }
    }
    this.#running = undefined;
  }

  async #step(snapshot: Snapshot): Promise<Applied> {
    const { settings, addresses, complete, apply } = this.#options;
    const previous = this.#last;
    let compiled = compile(snapshot, settings, previous?.model);
    const completed = await complete?.(snapshot, compiled.model) ?? snapshot;
    if (completed !== snapshot) compiled = compile(completed, settings, previous?.model);
    const { placement, findings } = await addresses.place(compiled.graph);
    const ir = lower(compiled.graph, placement);
    const report = await apply(ir, compiled.graph);
    const statuses = statusDocuments(compiled.graph, { placement, report, now: new Date().toISOString().replace(/\.\d+Z$/, 'Z') });
    return {
      revision: (previous?.revision ?? 0) + 1,
      ...compiled, placement, ir, report,
      statuses: keepTransitionTimes(previous?.statuses ?? [], statuses),
      findings: [...compiled.findings, ...findings, ...endpointFindings(compiled.dangling, compiled.graph)],
    };
  }
}
