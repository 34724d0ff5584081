import type { FieldPath } from '../contract/index.ts';
import type { AttachSettings } from './settings.ts';
import { refuse, type Verdict } from './verdict.ts';

/** What other engines have and RE2 leaves out, because it takes time that grows without bound; with a way that does without. */
const lacking: readonly (readonly [syntax: RegExp, hint: string])[] = [
  [/\(\?=|\(\?!/, 'RE2 does not look ahead: write what may stand there, or take the exception out by a rule of its own with a more specific match.'],
  [/\(\?<[=!]/, 'RE2 does not look behind: write what may stand there as part of the expression.'],
  [/\\[1-9]|\\k</, 'RE2 has no back-references: write both parts out.'],
  [/\(\?>|[*+?}]\+/, 'RE2 has neither atomic groups nor possessive quantifiers, and needs none: leave the ?> or the + out.'],
  [/\(\?<[a-z]+>/i, 'Write named groups as (?P<name>…).'],
];

/** Why a regular expression is refused, or undefined. `path`: where it is written, below what the verdict is about. */
export function regexVerdict(pattern: string, path: FieldPath, { capabilities }: Pick<AttachSettings, 'capabilities'>): Verdict | undefined {
  const problem = capabilities.checkRegex(pattern);
  if (problem === undefined) return undefined;
  const [, hint] = lacking.find(([syntax]) => syntax.test(pattern)) ?? [];
  return { ...refuse('UnsupportedValue', `regular expression ${JSON.stringify(pattern)} is not accepted: ${problem}`, path), ...(hint === undefined ? {} : { hint }) };
}
