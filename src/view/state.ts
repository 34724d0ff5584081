import type { Finding } from '../contract/index.ts';

/** How a thing is: `bad` does not do what it was written for, `warning` does and may surprise, `unknown` cannot be told. */
export type State = 'good' | 'warning' | 'bad' | 'unknown';

const rank: Readonly<Record<State, number>> = { good: 0, unknown: 1, warning: 2, bad: 3 };

/** The worst of several; `good` of none. */
export function worst(states: Iterable<State>): State {
  let found: State = 'good';
  for (const state of states) if (rank[state] > rank[found]) found = state;
  return found;
}

/** Worst first. */
export function compareStates(a: State, b: State): number {
  return rank[b] - rank[a];
}

/** Lint warns of them, since files may have no endpoints; of what is in force they mean that requests fail now. */
const grave: ReadonlySet<Finding['code']> = new Set(['dangling-target']);

export function stateOfFinding({ code, severity }: Pick<Finding, 'code' | 'severity'>): State {
  if (severity === 'error' || grave.has(code)) return 'bad';
  return severity === 'warning' ? 'warning' : 'good';
}
