import { formatPosition, type Origin } from '../contract/index.ts';
import { type Known, objectOf, ruleName } from '../explain/index.ts';

/** A rule or a match with its place in the files. */
export interface WrittenRule {
  /** `HTTPRoute shop/cart rules[0].matches[1]`. */
  readonly rule: string;
  /** `file:line:column`; that of the rule where the match is not written. */
  readonly place?: string;
}

export function writtenRule(origin: Origin, known: Known): WrittenRule {
  const position = objectOf(known, origin)?.source.locate(['spec', 'rules', origin.rule ?? 0, 'matches', origin.match ?? 0]);
  return { rule: ruleName(origin), ...(position === undefined ? {} : { place: formatPosition(position) }) };
}
