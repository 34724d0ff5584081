import { Worker } from 'node:worker_threads';

/** What to run: so many inputs of each target, or as many as fit into the time. */
export interface FuzzPlan {
  readonly seed: number;
  readonly rounds?: number;
  readonly seconds?: number;
  /** One target alone. */
  readonly target?: string;
  /** Inputs that reach new places of the code are changed further. Slower by what the counting costs. */
  readonly isGuided?: boolean;
}

export interface Tally {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  /** Where it was guided: inputs that reached something new, and the places that were reached. */
  readonly finds?: number;
  readonly places?: number;
}

export interface Failure {
  readonly target: string;
  readonly input: string;
  readonly message: string;
}

export interface FuzzReport {
  readonly tallies: readonly Tally[];
  readonly failures: readonly Failure[];
}

/** Longer than any input takes on a loaded machine: then the codec hangs. */
const hangMs = 20_000;

/** Runs a plan in a thread of its own, so that a hang of the codec is seen and does not hang the caller. */
export function fuzz(plan: FuzzPlan): Promise<FuzzReport> {
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { plan, beat } });
  let last = -1;
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      const now = Atomics.load(beat, 0);
      if (now === last) {
        void worker.terminate();
        reject(new Error(`input ${now} of seed ${plan.seed} takes longer than ${hangMs} ms`));
      }
      last = now;
    }, hangMs);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => clearInterval(watch));
  });
}
