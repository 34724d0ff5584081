import type { FieldPath, Mend } from '../../contract/index.ts';
import { withValue } from '../mend/change.ts';

/** One edit of a document. */
export interface FieldEdit {
  /** From the root of the document as it was. */
  readonly path: FieldPath;
  readonly mend: Mend | { readonly kind: 'add'; readonly value: string };
}

/** How the scalar at a path is written, without quotes; undefined where it is none. */
export type Spelling = (path: FieldPath) => string | undefined;

/** The value after an edit at `path`, which counts in the value as it is now; undefined where the edit can't be made. */
export function edited(value: unknown, { path, mend }: FieldEdit, spelling: string | undefined): unknown {
  switch (mend.kind) {
    case 'rename': return renamed(value, path, mend.to);
    case 'add': case 'set': return withValue(value, path, mend.value);
    case 'quote': return spelling === undefined ? undefined : withValue(value, path, spelling);
    case 'wrap': return withValue(value, path, [valueAt(value, path)]);
  }
}

export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce((at: unknown, step) => (at as Readonly<Record<string | number, unknown>> | null | undefined)?.[step], value);
}

/** In its place among its siblings; undefined where one of them has the name already. */
function renamed(value: unknown, path: FieldPath, to: string): unknown {
  const holder = valueAt(value, path.slice(0, -1));
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder) || Object.hasOwn(holder, to)) return undefined;
  const made = Object.fromEntries(Object.entries(holder).map(([key, inner]) => [key === path.at(-1) ? to : key, inner]));
  return withValue(value, path.slice(0, -1), made);
}
