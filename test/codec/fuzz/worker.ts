import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Failure, FuzzPlan, FuzzReport, Tally } from './run.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

const mostSeeds = 400;
const mostFailures = 5;
/** Inputs between two looks at the coverage: a look costs more than an input. */
const mostUnseen = 64;

interface Course {
  readonly target: Target;
  /** Inputs to begin with: those of the target, and some that were accepted on the way. */
  readonly seeds: string[];
  /** Inputs that reached something new. */
  readonly finds: string[];
  readonly random: Random;
  /** Inputs since the last look at the coverage. */
  unseen: string[];
  inputs: number;
  accepted: number;
  ranMs: number;
  lookedMs: number;
  readonly failures: Failure[];
}

function nextInput({ target, seeds, finds, random, inputs }: Course): string {
  if (inputs < target.seeds.length) return target.seeds[inputs] as string;
  const parents = finds.length > 0 && random.below(2) === 0 ? finds : seeds;
  return mutate(random.pick(parents), parents, random, target.kind ?? 'text');
}

function step(course: Course): void {
  const { target, seeds, random } = course;
  const input = nextInput(course);
  course.inputs++;
  course.unseen.push(input);
  try {
    if (!target.check(input, random)) return;
    course.accepted++;
    if (seeds.length < mostSeeds) seeds.push(input);
    else seeds[target.seeds.length + random.below(mostSeeds - target.seeds.length)] = input;
  } catch (error) {
    course.failures.push({ target: target.name, input, message: (error as Error).message });
  }
}

/** Keeps the inputs that reached something new: what a batch reached is looked for in its halves, run once more. */
function keepFinds(course: Course, batch: readonly string[], coverage: Coverage): void {
  const { target: { name }, finds } = course;
  const news = coverage.news(name);
  if (news.length === 0) return;
  if (batch.length === 1) {
    finds.push(batch[0] as string);
    return coverage.keep(name, news);
  }
  const middle = batch.length >> 1;
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    for (const input of half) runAgain(course, input);
    keepFinds(course, half, coverage);
  }
}

function runAgain({ target, random }: Course, input: string): void {
  try {
    target.check(input, random);
  } catch {
    // It was reported when it ran first.
  }
}

/** Looks after a batch, as long as looking has not taken more time than running. */
class Guide {
  private readonly coverage = new Coverage();

  run(course: Course, batch: () => void): void {
    const looks = course.lookedMs <= course.ranMs;
    if (looks) this.coverage.take();
    const begin = performance.now();
    batch();
    const ran = performance.now();
    course.ranMs += ran - begin;
    if (looks) keepFinds(course, course.unseen, this.coverage);
    course.lookedMs += performance.now() - ran;
  }

  placesOf(target: string): number {
    return this.coverage.placesOf(target);
  }
}

function run(plan: FuzzPlan, beat: Int32Array): FuzzReport {
  const courses: Course[] = targets.filter(({ name }) => plan.target === undefined || name === plan.target).map((target, index) => ({
    target, seeds: [...target.seeds], finds: [], random: new Random(plan.seed + index), unseen: [], inputs: 0, accepted: 0, ranMs: 0, lookedMs: 0, failures: [],
  }));
  const guide = plan.isGuided === true ? new Guide() : undefined;
  const end = plan.seconds === undefined ? Infinity : performance.now() + plan.seconds * 1000;
  const rounds = plan.rounds ?? Infinity;
  for (let round = 0; round < rounds && performance.now() < end; round += mostUnseen) {
    for (const course of courses) {
      const batch = (): void => {
        for (let count = Math.min(mostUnseen, rounds - round); count > 0 && course.failures.length < mostFailures; count--) {
          Atomics.add(beat, 0, 1);
          step(course);
        }
      };
      course.unseen = [];
      if (guide === undefined) batch();
      else guide.run(course, batch);
    }
  }
  const tallies: Tally[] = courses.map(({ target, inputs, accepted, finds }) => ({
    target: target.name, inputs, accepted, ...guide === undefined ? {} : { finds: finds.length, places: guide.placesOf(target.name) },
  }));
  return { tallies, failures: courses.flatMap(({ failures }) => failures) };
}

const { plan, beat } = workerData as { readonly plan: FuzzPlan; readonly beat: Int32Array };
parentPort?.postMessage(run(plan, beat));
