import { parentPort, workerData } from 'node:worker_threads';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Failure, FuzzPlan, FuzzReport, Tally } from './run.ts';
import { type Target, targets } from './targets.ts';

const mostSeeds = 400;
const mostFailures = 5;

interface Course {
  readonly target: Target;
  /** Inputs to begin with: those of the target, and some that were accepted on the way. */
  readonly seeds: string[];
  readonly random: Random;
  inputs: number;
  accepted: number;
  readonly failures: Failure[];
}

function step(course: Course): void {
  const { target, seeds, random } = course;
  const input = course.inputs < target.seeds.length ? (target.seeds[course.inputs] as string) : mutate(random.pick(seeds), seeds, random);
  course.inputs++;
  try {
    if (!target.check(input, random)) return;
    course.accepted++;
    if (seeds.length < mostSeeds) seeds.push(input);
    else seeds[target.seeds.length + random.below(mostSeeds - target.seeds.length)] = input;
  } catch (error) {
    course.failures.push({ target: target.name, input, message: (error as Error).message });
  }
}

function run(plan: FuzzPlan, beat: Int32Array): FuzzReport {
  const courses: Course[] = targets.filter(({ name }) => plan.target === undefined || name === plan.target).map((target, index) => ({
    target, seeds: [...target.seeds], random: new Random(plan.seed + index), inputs: 0, accepted: 0, failures: [],
  }));
  const end = plan.seconds === undefined ? Infinity : performance.now() + plan.seconds * 1000;
  const rounds = plan.rounds ?? Infinity;
  for (let round = 0; round < rounds && performance.now() < end; round++) {
    for (const course of courses) {
      Atomics.add(beat, 0, 1);
      if (course.failures.length < mostFailures) step(course);
    }
  }
  const tallies: Tally[] = courses.map(({ target, inputs, accepted }) => ({ target: target.name, inputs, accepted }));
  return { tallies, failures: courses.flatMap(({ failures }) => failures) };
}

const { plan, beat } = workerData as { readonly plan: FuzzPlan; readonly beat: Int32Array };
parentPort?.postMessage(run(plan, beat));
