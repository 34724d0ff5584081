import type { Modeled } from '../model/index.ts';

/** Oldest first, then by `namespace/name`: the tie-break of the whole Gateway API. Files have no timestamps, so there names decide. */
export function compareAge(a: Modeled<unknown>, b: Modeled<unknown>): number {
  if (a.created !== b.created) {
    if (a.created === '') return 1;
    if (b.created === '') return -1;
    return a.created < b.created ? -1 : 1;
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
