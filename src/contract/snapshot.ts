import type { Finding } from './finding.ts';
import type { FieldPath, Position } from './position.ts';

/** One document of a source, not yet judged. Identity is kept while its content does not change, so work can be remembered by it. */
export interface SourceObject {
  /** The plain value of the document: what JSON could hold. */
  readonly value: unknown;
  /** Counts the changes of this document's content, from 1; the `metadata.generation` of files. */
  readonly generation: number;
  /** Place in the reading order (file, then document); breaks no tie of the Gateway API, only orders what is printed. */
  readonly order: number;
  /** The place of a field; of its nearest existing parent where the field is missing; undefined where the source has no text. */
  locate(path: FieldPath, part?: 'key' | 'value'): Position | undefined;
  /** The source line of a position, for messages. */
  excerpt(position: Position): string | undefined;
}

/** Everything a source holds at one moment. */
export interface Snapshot {
  readonly objects: readonly SourceObject[];
  /** What could not be read; the last good objects of such a file are among `objects`. */
  readonly findings: readonly Finding[];
  /** Stands for it, so that a later one can name it. */
  readonly id?: object;
  /** How `objects` differ from those of an earlier snapshot, where the source knows; else whoever wants to know compares the two. */
  readonly since?: SnapshotChange;
}

export interface SnapshotChange {
  /** The `id` of the earlier one. */
  readonly earlier: object;
  readonly gone: readonly SourceObject[];
  readonly come: readonly SourceObject[];
}
