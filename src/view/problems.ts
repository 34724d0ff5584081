import { describeRef, type Finding, formatPosition } from '../contract/index.ts';
import { findingDiagnosis } from '../explain/index.ts';
import { objectKey } from './in-force.ts';
import { compareStates, type State, stateOfSeverity } from './state.ts';

/** Something that a person should look at. */
export interface ProblemRow {
  readonly state: State;
  /** The object in words; `''` where it is about a file. */
  readonly object: string;
  /** Where its whole answer is; absent where it is about no object. */
  readonly key?: string;
  readonly code: string;
  readonly cause: string;
  readonly mend: string;
  /** `file:line:column`. */
  readonly place?: string;
}

/** All but what is good to know, the worst first; the same finding once. */
export function problemRows(findings: readonly Finding[]): ProblemRow[] {
  const rows = findings.filter(({ severity }) => severity !== 'info').map(problemRow);
  const once = new Map(rows.map((it) => [`${it.object} ${it.cause} ${it.place ?? ''}`, it]));
  return [...once.values()].sort((a, b) => compareStates(a.state, b.state));
}

function problemRow(finding: Finding): ProblemRow {
  const { severity, object, code, position } = finding;
  const { cause, mend } = findingDiagnosis(finding);
  return {
    state: stateOfSeverity(severity), object: object === undefined ? '' : describeRef(object), ...(object === undefined ? {} : { key: objectKey(object) }),
    code, cause, mend, ...(position === undefined ? {} : { place: formatPosition(position) }),
  };
}
