import type { FieldPath, ObjectRef } from '../contract/index.ts';

/** One object, or a part of one, that a decision rests on. */
export interface Part {
  readonly object: string;
  /** What it contributes, as the rest of a sentence. */
  readonly words: string;
  /** `bad`: it stands in the way. `note`: good to know. */
  readonly state: 'good' | 'bad' | 'note';
  /** Whose findings say why, where it stands in the way. */
  readonly ref?: ObjectRef;
  readonly path?: FieldPath;
  readonly mend?: string;
}
