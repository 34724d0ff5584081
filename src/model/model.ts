import type { ObjectTypes } from '../api/index.ts';
import type { Finding, ObjectRef, SourceObject } from '../contract/index.ts';

/** One object as the API server would hand it out: admitted, pruned, defaulted; with the text it came from. */
export interface Modeled<T> {
  readonly ref: ObjectRef;
  /** `namespace/name`, or `name` for cluster-scoped kinds; unique within the kind. */
  readonly key: string;
  readonly object: T;
  readonly generation: number;
  /** `metadata.creationTimestamp`, or `''`; files have none. */
  readonly created: string;
  readonly source: SourceObject;
}

/** All objects of a snapshot, by kind and key. */
export interface Model {
  readonly objects: { readonly [K in keyof ObjectTypes]: ReadonlyMap<string, Modeled<ObjectTypes[K]>> };
  /**
   * Documents that were rejected, or are the second of their name; without those whose last good content is in force. For decisions that must
   * not fail open.
   */
  readonly leftOut: readonly SourceObject[];
  /** What is wrong with single objects, and what was skipped. */
  readonly findings: readonly Finding[];
  /** Kinds that Postern does not read, with how many objects of each: one quiet line. */
  readonly skipped: ReadonlyMap<string, number>;
}
