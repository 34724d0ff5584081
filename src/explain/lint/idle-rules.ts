import type { Finding } from '../../contract/index.ts';
import type { Known } from '../known.ts';
import { ruleName } from '../names.ts';
import { findingAt } from './written-at.ts';

const words: Readonly<Record<string, { readonly said: string; readonly hint: string }>> = {
  'no-backends': { said: 'has neither backendRefs nor a redirect', hint: 'Add a backendRef or a RequestRedirect, or delete the rule.' },
  'no-weight': { said: 'has only backendRefs of weight 0', hint: 'Give one of them a weight above 0.' },
};

/** Rules that send their requests nowhere, though nothing in them is wrong: each gets 500. */
export function idleRules(known: Known): Finding[] {
  const told = new Set<string>();
  return Object.values(known.ir.routes).flatMap(({ action, origin }) => {
    const found = action.kind === 'respond' ? words[action.because] : undefined;
    const { match: _, ...rule } = origin;
    if (found === undefined || told.has(ruleName(rule))) return [];
    told.add(ruleName(rule));
    const path = ['spec', 'rules', rule.rule ?? 0];
    return [findingAt(known, 'idle-rule', { ref: origin, path }, { message: `${ruleName(rule)} ${found.said}: its requests get 500.`, hint: found.hint })];
  });
}
