import type { Finding, SourceObject } from '../../contract/index.ts';
import { isSame, type Known, type Meaning, type WithFinding } from '../known.ts';
import { candidatesFor } from './candidates.ts';
import { type Change, changed } from './change.ts';

/** Each try means everything anew. */
const mostTries = 12;

type Explained = Known & { readonly meaning: Meaning };

/** Changes that were made one after the other, and what the manifests mean then. */
interface Try {
  readonly words: readonly string[];
  readonly known: Explained;
}

/**
 * A diagnosis whose mend was tried: the first change after which `isGood` holds, or two of which the second mends what the first lays open.
 * Where there is none, one that mends what was found; else the diagnosis as it was.
 */
export function withTriedMend(diagnosis: WithFinding, known: Known, isGood: (known: Explained) => boolean): WithFinding {
  const { finding, changes } = diagnosis;
  const { meaning } = known;
  if (meaning?.again === undefined) return diagnosis;
  const start: Try = { words: [], known: { ...known, meaning } };
  if (finding === undefined) return told(diagnosis, triesOf(changes ?? [], start).find((it) => isGood(it.known)));
  const first = triesOf(candidatesFor(finding, start.known), start).slice(0, mostTries / 2);
  const second = (): Try[] => first.flatMap((it) => newFindings(finding, it.known.meaning, meaning).flatMap((next) => triesOf(candidatesFor(next, it.known).slice(0, 3), it))).slice(0, mostTries / 2);
  const good = first.find((it) => isGood(it.known)) ?? second().find((it) => isGood(it.known));
  if (good !== undefined) return told(diagnosis, good);
  // A change that only moves the mistake to another place mends nothing.
  const partial = first.find((it) => !says(it.known.meaning, finding) && countErrors(it.known.meaning) < countErrors(meaning));
  return partial === undefined ? diagnosis : { ...diagnosis, mend: `${partial.words.join(' ')} Tried: this is mended then, and something else is still in the way.` };
}

function told(diagnosis: WithFinding, good: Try | undefined): WithFinding {
  return good === undefined ? diagnosis : { ...diagnosis, mend: `${good.words.join(' ')} Tried: then it works.` };
}

function triesOf(changes: readonly Change[], { words, known }: Try): Try[] {
  const { again, sources = [] } = known.meaning;
  const apply = (all: readonly SourceObject[]): Explained | undefined => again?.(all);
  return changes.flatMap((change): Try[] => {
    const next = apply(changed(sources, change));
    return next === undefined ? [] : [{ words: [...words, change.words], known: next }];
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
