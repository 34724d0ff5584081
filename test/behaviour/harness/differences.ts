import type { BehaviourCase, Expected, RequestStep, Step } from './behaviour-case.ts';

/** What a data plane does in another way than a case says, and why; the rest of the case holds. `skip`: nothing of it is asked. */
export interface Difference {
  readonly why: string;
  readonly skip?: true;
  /** Parts of expectations that are not asked. */
  readonly ignores?: readonly (keyof Expected)[];
  /** Status by the status that the case says. */
  readonly statuses?: { readonly [status: number]: number };
  /** Steps that are left out, counted from 1. */
  readonly without?: readonly number[];
}

/** The case as the data plane has it. */
export function withDifference(one: BehaviourCase, difference: Difference | undefined): BehaviourCase {
  if (difference === undefined) return one;
  const steps = one.steps.filter((_, index) => difference.without?.includes(index + 1) !== true);
  return { ...one, steps: steps.map((step) => adapted(step, difference)) };
}

function adapted(step: Step, difference: Difference): Step {
  if (!('request' in step) && !('raw' in step)) return step;
  const { expect, answers } = step as RequestStep;
  return {
    ...step as RequestStep,
    ...(expect === undefined ? {} : { expect: expectation(expect, difference) }), ...(answers === undefined ? {} : { answers: answers.map((it) => expectation(it, difference)) }),
  };
}

function expectation(expected: Expected, { ignores = [], statuses = {} }: Difference): Expected {
  const kept = Object.fromEntries(Object.entries(expected).filter(([name]) => !ignores.includes(name as keyof Expected))) as Expected;
  const status = statuses[expected.status ?? 200];
  return status === undefined ? kept : { ...kept, status };
}
