import { RouteCuts, type CutRoute } from './route-cuts.ts';

/** A route that Envoy refuses, and why. */
export interface Culprit {
  readonly route: CutRoute;
  readonly why: string;
}

/** What an inquiry found: the routes at fault; none where they are harmless one by one, and only the whole is refused. */
export type Finding = readonly Culprit[];

/**
 * Finds the routes for which Envoy refuses a RouteConfiguration: it is shown parts of it under another name, which serves nobody, and halves what it
 * refuses until single routes are left. `n` routes with `k` culprits take about `2 k log n` questions.
 */
export class RouteInquiry {
  readonly cuts: RouteCuts;
  readonly #open: (readonly CutRoute[])[];
  readonly #culprits: Culprit[] = [];

  /** `config` is encoded; `innocent` are ids of routes that it took before. */
  constructor(config: Buffer, innocent: (id: string) => boolean = () => false) {
    this.cuts = new RouteCuts(config);
    this.#open = [this.cuts.routes.filter((it) => !innocent(it.id))];
  }

  /** The configuration to ask about next, under this name; undefined where all is known. */
  question(name: string): Buffer | undefined {
    const asked = this.#open.at(-1);
    return asked === undefined || asked.length === 0 ? undefined : this.cuts.only(new Set(asked.map((it) => it.id)), name);
  }

  /** The answer to the last question: why it was refused, or undefined where it was taken. */
  answer(why: string | undefined): void {
    const asked = this.#open.pop() ?? [];
    if (why === undefined) return;
    const [alone] = asked;
    if (alone !== undefined && asked.length === 1) this.#culprits.push({ route: alone, why });
    else {
      const middle = Math.ceil(asked.length / 2);
      this.#open.push(asked.slice(middle), asked.slice(0, middle));
    }
  }

  get culprits(): Finding {
    return this.#culprits;
  }
}
