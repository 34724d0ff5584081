import type { Severity } from '../contract/index.ts';

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

export function stateOfSeverity(severity: Severity): State {
  return severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : 'good';
}
