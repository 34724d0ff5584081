import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { formatPath, formatPosition, type Position, type Snapshot, type SourceObject } from '../contract/index.ts';
import { type FieldEdit, type Fix, fixOf, isMendable } from '../explain/index.ts';
import { EditableText, openFileSource, type Replacement } from '../source/index.ts';
import { fileTrouble } from './file-trouble.ts';

/** A file with what can be mended in it. */
export interface FixedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** What was done, a line for each edit: `web.yaml:3:5 spec.hostname: renamed to hostnames`. */
  readonly lines: readonly string[];
  /** Why nothing is mended although something could be; `after` is `before` then. */
  readonly problem?: string;
}

/**
 * The files of a snapshot that can be mended, with their new text; nothing is written. The new text is read again, and counts only where it holds
 * exactly what was meant: an edit of text must never change anything else.
 */
export async function fixedFiles({ objects }: Snapshot): Promise<FixedFile[]> {
  const files = Map.groupBy(objects.filter((it) => fileOf(it) !== undefined), (it) => fileOf(it)!);
  const fixed: FixedFile[] = [];
  const twins = twinsIn(objects);
  for (const [file, sources] of files) {
    const found = file === '<stdin>' ? undefined : await fixedFile(file, sources, twins);
    if (found !== undefined) fixed.push(found);
  }
  return fixed;
}

function fileOf(source: SourceObject): string | undefined {
  return source.locate([])?.file;
}

/** Documents that say of an object what another one before them says, word for word. */
function twinsIn(objects: readonly SourceObject[]): ReadonlySet<SourceObject> {
  const first = new Map<string, SourceObject>();
  const twins = new Set<SourceObject>();
  for (const source of objects) {
    const { apiVersion, kind, metadata } = (source.value ?? {}) as { readonly apiVersion?: string; readonly kind?: string; readonly metadata?: { readonly name?: string; readonly namespace?: string } | null };
    if (kind === undefined || typeof metadata?.name !== 'string') continue;
    const key = `${apiVersion} ${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, source);
    else if (isDeepStrictEqual(known.value, source.value)) twins.add(source);
  }
  return twins;
}

async function fixedFile(file: string, sources: readonly SourceObject[], twins: ReadonlySet<SourceObject>): Promise<FixedFile | undefined> {
  // Most files have nothing to mend, and are not read again.
  if (!sources.some((it) => twins.has(it) || isMendable(it))) return undefined;
  let before: string;
  try {
    before = readFileSync(file, 'utf8');
  } catch (error) {
    return { file, before: '', after: '', lines: [], problem: fileTrouble(error) };
  }
  const text = new EditableText(before);
  const removals = removalsIn(sources, twins, text);
  const fixes = sources.filter((it) => !removals.has(it)).flatMap((source) => withText(source, text));
  if (fixes.length === 0 && removals.size === 0) return undefined;
  const after = text.after([...fixes.flatMap(({ replacements }) => replacements), ...removals.values()]);
  const meant = new Map(fixes.map(({ fix }) => [fix.source, fix.value]));
  const isMeant = isDeepStrictEqual(await valuesIn(after), sources.filter((it) => !removals.has(it)).map((it) => (meant.has(it) ? meant.get(it) : it.value)));
  if (!isMeant) return { file, before, after: before, lines: [], problem: 'its text is written in a way that can\'t be edited safely' };
  const edits = fixes.flatMap(({ fix: { source, edits: own } }) => own.map((it) => `${placeText(source.locate(it.path, 'key'), file)} ${formatPath(it.path)}: ${doneText(it)}`));
  return { file, before, after, lines: [...edits, ...[...removals.keys()].map((it) => `${placeText(it.locate([]), file)} the second of two documents that say the same: removed`)] };
}

/** Whole documents that go; an item of a list, or one of several objects in one document, stays. */
function removalsIn(sources: readonly SourceObject[], twins: ReadonlySet<SourceObject>, text: EditableText): Map<SourceObject, Replacement> {
  const removals = new Map<SourceObject, Replacement>();
  for (const source of sources.filter((it) => twins.has(it))) {
    const at = source.locate([]);
    const range = at === undefined ? undefined : text.documentAround(at);
    if (range === undefined) continue;
    const isAlone = sources.filter((it) => it !== source).every((it) => !text.isWithin(it.locate([]), range));
    if (isAlone && [...removals.values()].every(({ end, start }) => end <= range.start || start >= range.end)) removals.set(source, { ...range, text: '' });
  }
  return removals;
}

function withText(source: SourceObject, text: EditableText): { readonly fix: Fix; readonly replacements: readonly Replacement[] }[] {
  const fix = fixOf(source, (path) => {
    const at = source.locate(path);
    return at === undefined ? undefined : text.spelling(at);
  });
  if (fix === undefined) return [];
  // A list that a value gets, and another value for it, are edits of the same characters.
  const replacements = fix.edits.map((edit) => replacementFor(edit, source, text));
  return replacements.some((it) => it === undefined) ? [] : [{ fix, replacements: replacements as Replacement[] }];
}

function replacementFor({ path, mend }: FieldEdit, source: SourceObject, text: EditableText): Replacement | undefined {
  const at = mend.kind === 'add' ? source.locate(path.slice(0, -1)) : source.locate(path, mend.kind === 'rename' ? 'key' : 'value');
  if (at === undefined) return undefined;
  switch (mend.kind) {
    case 'rename': return text.replacementFor({ kind: 'replace', at, value: mend.to });
    case 'set': return text.replacementFor({ kind: 'replace', at, value: mend.value });
    case 'quote': return text.replacementFor({ kind: 'replace', at, value: text.spelling(at) ?? '', quoted: true });
    case 'wrap': return text.replacementFor({ kind: 'wrap', at });
    case 'add': return text.replacementFor({ kind: 'insert', at, key: String(path.at(-1)), value: mend.value });
  }
}

/** What a text holds, as if it were a file. */
async function valuesIn(text: string): Promise<unknown[]> {
  const { objects } = await openFileSource(['-'], { stdin: (async function* () { yield text; })() }).read();
  return objects.map(({ value }) => value);
}

function doneText({ mend }: FieldEdit): string {
  switch (mend.kind) {
    case 'rename': return `renamed to ${mend.to}`;
    case 'set': return `set to ${String(mend.value)}`;
    case 'quote': return 'put in quotes';
    case 'wrap': return 'made a list';
    case 'add': return `added, as ${mend.value === '' ? '""' : mend.value}`;
  }
}

function placeText(position: Position | undefined, file: string): string {
  return position === undefined ? file : formatPosition(position);
}
