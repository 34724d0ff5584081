import type { Finding, SourceObject } from '../../contract/index.ts';
import { isSame, type Known, type Meaning, type WithFinding } from '../known.ts';
import { candidatesFor } from './candidates.ts';
import { type Change, changed } from './change.ts';

/** A person waits. */
const mostFirst = 6;
const mostSecond = 6;

type Explained = Known & { readonly meaning: Meaning };

/** A change that mends nothing alone, and what might be changed after it. */
interface Step {
  readonly change: Change;
  readonly sources: readonly SourceObject[];
  readonly next: readonly Change[];
  /** It mends what was found, and something else is in the way. */
  readonly isPartial: boolean;
}

/**
 * A diagnosis whose mend was tried: the first change after which `isGood` holds, or two of which the second mends what the first lays open.
 * Where there is none, one that mends what was found; else the diagnosis as it was.
 */
export function withTriedMend(diagnosis: WithFinding, known: Known, isGood: (known: Explained) => boolean): WithFinding {
  const { finding, changes = [] } = diagnosis;
  const { meaning } = known;
  if (meaning?.trying === undefined) return diagnosis;
  const steps: Step[] = [];
  for (const change of finding === undefined ? changes : candidatesFor(finding, { ...known, meaning }).slice(0, mostFirst)) {
    const tried = triedChange({ change, finding, isGood }, meaning);
    if (tried === 'good') return told(diagnosis, change);
    steps.push(tried);
  }
  const second = steps.flatMap((step) => step.next.map((change) => ({ step, change }))).slice(0, mostSecond)
    .find(({ step, change }) => meaning.trying!(changed(step.sources, change), isGood));
  if (second !== undefined) return told(diagnosis, second.step.change, second.change);
  // A change that only moves the mistake to another place mends nothing.
  const partial = steps.find((it) => it.isPartial);
  return partial === undefined ? diagnosis : { ...diagnosis, mend: `${partial.change.words} Tried: this is mended then, and something else is still in the way.` };
}

function told(diagnosis: WithFinding, ...changes: readonly Change[]): WithFinding {
  return { ...diagnosis, mend: `${changes.map(({ words }) => words).join(' ')} Tried: then it works.` };
}

interface Try {
  readonly change: Change;
  readonly finding: Finding | undefined;
  readonly isGood: (known: Explained) => boolean;
}

function triedChange({ change, finding, isGood }: Try, before: Meaning): Step | 'good' {
  const sources = changed(before.sources ?? [], change);
  return before.trying!(sources, (after): Step | 'good' => {
    if (isGood(after)) return 'good';
    if (finding === undefined) return { change, sources, next: [], isPartial: false };
    const next = newFindings(finding, after.meaning, before).flatMap((it) => candidatesFor(it, after).slice(0, 3));
    return { change, sources, next, isPartial: !says(after.meaning, finding) && countErrors(after.meaning) < countErrors(before) };
  });
}

/** What is wrong with the same object now that was not wrong before. */
function newFindings({ object }: Finding, now: Meaning, before: Meaning): Finding[] {
  return now.findings.filter((it) => it.severity === 'error' && it.object !== undefined && object !== undefined && isSame(it.object, object) && !says(before, it));
}

function says({ findings }: Meaning, { message }: Finding): boolean {
  return findings.some((it) => it.message === message);
}

function countErrors({ findings }: Meaning): number {
  return findings.filter(({ severity }) => severity === 'error').length;
}
