import { nearOrRelatedName } from '../base/index.ts';
import type { ObjectRef } from '../contract/index.ts';

/**
 * A sentence, with a space in front, that names what may have been meant by a reference to nothing; empty where nothing is near.
 * Only names of the target's own namespace: the sentence goes into status, which must not tell what other namespaces hold.
 */
export function suggestion(target: ObjectRef, known: Iterable<{ readonly ref: ObjectRef }>): string {
  const near = nearOrRelatedName(target.name, [...known].filter(({ ref }) => ref.namespace === target.namespace).map(({ ref }) => ref.name).sort());
  return near === undefined ? '' : ` Did you mean ${near}?`;
}
