import { describeRef, type Finding, formatPosition } from '../contract/index.ts';
import { findingDiagnosis } from '../explain/index.ts';
import { objectKey } from './in-force.ts';
import { compareStates, type State, stateOfFinding } from './state.ts';

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
  /** What else is wrong with the same object. */
  readonly also: readonly string[];
}

/** All but what is good to know, the worst first: one row for an object, however much is wrong with it. */
export function problemRows(findings: readonly Finding[]): ProblemRow[] {
  const rows = findings.filter(({ severity }) => severity !== 'info').map(problemRow).sort((a, b) => compareStates(a.state, b.state));
  const byObject = new Map<string, { readonly first: ProblemRow; readonly also: Set<string> }>();
  for (const row of rows) {
    const name = row.key ?? row.place ?? row.cause;
    const known = byObject.get(name);
    if (known === undefined) byObject.set(name, { first: row, also: new Set() });
    else if (row.cause !== known.first.cause) known.also.add(row.cause);
  }
  return [...byObject.values()].map(({ first, also }) => ({ ...first, also: [...also] }));
}

function problemRow(finding: Finding): ProblemRow {
  const { object, code, position } = finding;
  const { cause, mend } = findingDiagnosis(finding);
  return {
    state: stateOfFinding(finding), object: object === undefined ? '' : describeRef(object), ...(object === undefined ? {} : { key: objectKey(object) }),
    code, cause, mend, also: [], ...(position === undefined ? {} : { place: formatPosition(position) }),
  };
}
