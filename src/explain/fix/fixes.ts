import { groupOfKind } from '../../api/index.ts';
import type { FieldPath, Finding, SourceObject } from '../../contract/index.ts';
import { buildModel } from '../../model/index.ts';
import { edited, type FieldEdit, type Spelling, valueAt } from './field-edit.ts';

/** Edits of a document after which an API server has less to say of it, and nothing new. */
export interface Fix {
  readonly source: SourceObject;
  readonly edits: readonly FieldEdit[];
  /** What the document holds then. */
  readonly value: unknown;
}

/** A mend may lay open the next one, such as a list that is due where a misspelt field had a text. */
const mostRounds = 4;

/** Problems that keep everything else from being looked at. */
const ofType: ReadonlySet<string> = new Set(['unknown-version', 'unknown-kind']);

/** Whether there is something to mend; most documents are done with after this. */
export function isMendable(source: SourceObject): boolean {
  return problemsOf(source, source.value).some((it) => editOf(it, source.value) !== undefined);
}

/**
 * What can be mended in a document without asking: each edit says only what the finding's hint says, and is kept only where the document is better
 * afterwards. All of them are tried together first, and one by one where that is not better.
 */
export function fixOf(source: SourceObject, spelling: Spelling): Fix | undefined {
  const typed = withKnownType(source, new Draft(source.value, [], spelling));
  const before = problemsOf(source, typed.value);
  const mendable = before.filter((it) => editOf(it, typed.value) !== undefined);
  const all = tried({ source, before, draft: typed }, mendable);
  const best = all ?? oneByOne({ source, before, draft: typed }, mendable);
  return best.edits.length === 0 ? undefined : { source, edits: best.edits, value: best.value };
}

function withKnownType(source: SourceObject, draft: Draft): Draft {
  const made = draft.copy();
  for (let round = 0; round < mostRounds; round++) {
    const slip = problemsOf(source, made.value).find(({ code }) => ofType.has(code));
    if (slip === undefined) return made;
    if (!made.make(slip)) return draft;
  }
  return draft;
}

interface Subject {
  readonly source: SourceObject;
  readonly draft: Draft;
  /** What is wrong with the draft. */
  readonly before: readonly Finding[];
}

function oneByOne(subject: Subject, mendable: readonly Finding[]): Draft {
  let [best, kept]: [Draft, readonly Finding[]] = [subject.draft, []];
  for (const finding of mendable) {
    const next = tried(subject, [...kept, finding]);
    if (next !== undefined) [best, kept] = [next, [...kept, finding]];
  }
  return best;
}

/** The draft with all of these mended, and with what that lays open; undefined where something is wrong then that was not before. */
function tried({ source, draft: from, before }: Subject, findings: readonly Finding[]): Draft | undefined {
  const draft = from.copy();
  const known = new Set(before.map(({ message }) => message));
  let due = findings;
  for (let round = 0; round < mostRounds && due.length > 0; round++) {
    if (!due.every((it) => draft.make(it))) return undefined;
    due = problemsOf(source, draft.value).filter((it) => !known.has(it.message) && editOf(it, draft.value) !== undefined);
  }
  const after = new Set(problemsOf(source, draft.value).map(({ message }) => message));
  const isBetter = findings.every(({ message }) => !after.has(message)) && [...after].every((message) => known.has(message));
  return isBetter ? draft : undefined;
}

/** A document that is edited; knows where each of its fields was at first. */
class Draft {
  value: unknown;
  readonly edits: FieldEdit[];
  readonly #spelling: Spelling;

  constructor(value: unknown, edits: readonly FieldEdit[], spelling: Spelling) {
    this.value = value;
    this.edits = [...edits];
    this.#spelling = spelling;
  }

  copy(): Draft {
    return new Draft(this.value, this.edits, this.#spelling);
  }

  /** Whether it could be made. */
  make(finding: Finding): boolean {
    const edit = editOf(finding, this.value);
    const path = edit === undefined ? undefined : this.#original(edit.path);
    if (edit === undefined || path === undefined) return false;
    const next = edited(this.value, edit, this.#spelling(path));
    if (next === undefined) return false;
    this.value = next;
    this.edits.push({ path, mend: edit.mend });
    return true;
  }

  /** Names that were given are taken back; undefined for what lies in an item that was put into a list. */
  #original(path: FieldPath): FieldPath | undefined {
    return this.edits.reduceRight<FieldPath | undefined>((at, { path: before, mend }) => {
      if (at === undefined) return undefined;
      const isBelow = (wanted: FieldPath): boolean => wanted.every((step, index) => at[index] === step);
      if (mend.kind === 'rename' && isBelow([...before.slice(0, -1), mend.to])) return [...before, ...at.slice(before.length)];
      return mend.kind === 'wrap' && isBelow(before) && at.length > before.length ? undefined : at;
    }, path);
  }
}

/** What a finding asks for, as an edit. */
function editOf({ code, path, mend }: Finding, value: unknown): FieldEdit | undefined {
  if (path === undefined) return undefined;
  if (mend !== undefined) return { path, mend };
  if (code !== 'required-field' || path.at(-1) !== 'group') return undefined;
  const kind = valueAt(value, [...path.slice(0, -1), 'kind']);
  const group = typeof kind === 'string' ? groupOfKind(kind) : undefined;
  return group === undefined ? undefined : { path, mend: { kind: 'add', value: group } };
}

function problemsOf(source: SourceObject, value: unknown): readonly Finding[] {
  if (value === source.value) return buildModel({ objects: [source], findings: [] }).findings;
  const document: SourceObject = { value, generation: source.generation, order: source.order, locate: () => undefined, excerpt: () => undefined };
  return buildModel({ objects: [document], findings: [] }).findings;
}
