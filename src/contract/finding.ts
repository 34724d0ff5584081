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
  /** The source line that `position` names, without its line break. */
  readonly excerpt?: string;
}
