import type { Graph } from '../attach/index.ts';
import type { ApplyReport, FieldPath, Finding, ObjectRef, SourceObject } from '../contract/index.ts';
import { formatPosition } from '../contract/index.ts';
import type { AskedConnection, AskedRequest, Ir, Rehearsal, SocketKey } from '../ir/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { Change } from './mend/change.ts';

/** What an explanation is made from. */
export interface Known {
  readonly ir: Ir;
  /** Absent where nothing but the data plane's configuration is known. */
  readonly meaning?: Meaning;
  /** What the data plane made of it; absent where nothing is served. */
  readonly report?: ApplyReport;
  /** Backends whose endpoints are assumed to be ready, because no source has any of them. */
  readonly assumed: ReadonlySet<string>;
}

/** The objects behind the configuration, and what was decided about them. */
export interface Meaning {
  readonly model: Model;
  readonly graph: Graph;
  readonly findings: readonly Finding[];
  /** The documents that all was made from. */
  readonly sources?: readonly SourceObject[];
  /**
   * What other documents would mean, for as long as `look` runs: tables that were made live on and are changed in place, so that a try costs what it
   * changes. Afterwards all is as before. Absent: no change can be tried.
   */
  trying?<T>(sources: readonly SourceObject[], look: (known: Known & { readonly meaning: Meaning }) => T): T;
}

/** The data plane's own word on what it would do. */
export interface DataPlane {
  /** With `outcome` the candidates are left out, of which there are as many as routes. */
  rehearse(ir: Ir, socket: SocketKey, asked: AskedRequest, detail?: 'all' | 'outcome'): Rehearsal;
  rehearseConnection(ir: Ir, socket: SocketKey, asked: AskedConnection): Rehearsal;
}

/** Why something is as it is, and what to do. */
export interface Diagnosis {
  readonly cause: string;
  readonly mend: string;
  /** `file:line:column` of what the mend is about. */
  readonly place?: string;
}

/** A diagnosis with what might lead to a mend: the finding that it says, or changes that are worth a try. */
export interface WithFinding extends Diagnosis {
  readonly finding?: Finding;
  readonly changes?: readonly Change[];
}

/** The mend where there is none. */
export const nothingToMend = 'Nothing to mend.';

/** The findings about an object, those about the part at `path` where it is given. */
export function findingsAbout({ meaning }: Known, ref: ObjectRef, path: FieldPath = []): Finding[] {
  return (meaning?.findings ?? []).filter((it) => it.object !== undefined && isSame(it.object, ref) && path.every((step, index) => it.path?.[index] === step));
}

export function isSame(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** An object of the model, whatever its kind. */
export function objectOf({ meaning }: Known, { kind, namespace, name }: ObjectRef): Modeled<unknown> | undefined {
  const objects = meaning?.model.objects as Readonly<Record<string, ReadonlyMap<string, Modeled<unknown>>>> | undefined;
  return objects?.[kind]?.get(namespace === '' ? name : `${namespace}/${name}`);
}

/** An error for which an object of these kinds was left out as a whole; else one for which a file or document was, whatever is in it. */
export function unread(known: Known, kinds: readonly string[]): Finding | undefined {
  const errors = (known.meaning?.findings ?? []).filter(({ severity }) => severity === 'error');
  return errors.find(({ object }) => object !== undefined && kinds.includes(object.kind) && objectOf(known, object) === undefined) ?? errors.find(({ code }) => unreadable.has(code));
}

const unreadable: ReadonlySet<string> = new Set(['yaml-syntax', 'yaml-document-end', 'yaml-limit', 'file-unreadable', 'not-an-object', 'missing-type', 'unknown-kind']);

/** Where a part of an object is written. */
export function placeOf(known: Known, ref: ObjectRef, path: FieldPath): { readonly place?: string } {
  const position = objectOf(known, ref)?.source.locate(path);
  return position === undefined ? {} : { place: formatPosition(position) };
}

/** A finding as a diagnosis. */
export function diagnosisOf(finding: Finding): WithFinding {
  const { message, position } = finding;
  return { cause: message, mend: mendOf(finding), finding, ...(position === undefined ? {} : { place: formatPosition(position) }) };
}

/** A finding's cause and mend in a sentence each, without a look at what would really mend it. */
export function findingDiagnosis(finding: Finding): Diagnosis {
  return plain(diagnosisOf(finding));
}

/** A diagnosis without what it was made from. */
export function plain({ cause, mend, place }: WithFinding): Diagnosis {
  return { cause, mend, ...(place === undefined ? {} : { place }) };
}

/** What its hint says to do; hints of references say what happens until they are mended. */
function mendOf({ code, message, hint }: Finding): string {
  const isAbsent = /does not exist|not found/.test(message);
  if (isAbsent && (hint === undefined || code === 'refs-not-resolved')) return `Add it, or name one that exists.${hint === undefined ? '' : ` ${hint}`}`;
  return hint ?? 'Change what the message names.';
}
