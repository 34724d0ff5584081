import type { ObjectRef } from './object-ref.ts';
import type { FindingCode } from './finding-codes.ts';
import type { FieldPath, Position } from './position.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Something a person should know about their input: what, where, and what to do. Data, never thrown. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What is wrong, one sentence, naming the object or value. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly object?: ObjectRef;
  readonly path?: FieldPath;
  readonly position?: Position;
  /** What its hint says, as an edit of the field at `path`; present where that is plain. */
  readonly mend?: Mend;
  /** The source line that `position` names, without its line break. */
  readonly excerpt?: string;
}

/** One edit of a field: another name for it, another value, its own text in quotes, or its value as the only item of a list. */
export type Mend =
  | { readonly kind: 'rename'; readonly to: string }
  | { readonly kind: 'set'; readonly value: string | number | boolean }
  | { readonly kind: 'quote' }
  | { readonly kind: 'wrap' };
