import type { VNode } from 'preact';
import type { State } from './shapes.ts';

const words: Readonly<Record<State, string>> = { good: 'good', warning: 'look', bad: 'broken', unknown: 'unknown' };
/** Told apart by shape as well as by colour. */
const shapes: Readonly<Record<State, string>> = {
  good: 'M3 8.5 6.5 12 13 4.5', warning: 'M8 2.5 14.5 13.5H1.5ZM8 6.5V10M8 11.6V12', bad: 'M4 4 12 12M12 4 4 12', unknown: 'M4 8H12',
};

/** The state of a thing as a sign, with its word for those who do not see it. */
export function Mark({ state, isQuiet = false }: { readonly state: State; readonly isQuiet?: boolean }): VNode {
  return (
    <span class={`mark ${state}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d={shapes[state]} /></svg>
      {isQuiet ? null : <span class="unseen">{words[state]}: </span>}
    </span>
  );
}
