import { setFlagsFromString } from 'node:v8';

/** Of so many routes on lists of them are most of what an edit leaves behind. */
export const manyRoutes = 2000;

let isDone = false;

/**
 * Garbage is collected as thousands of routes need it: lists of them live from one edit to the next, and a small young generation would copy them each time and let them grow old.
 * The old generation is kept within half as much again as what lives, where V8 would let it grow to several times that.
 */
export function collectForMany(): void {
  if (isDone) return;
  isDone = true;
  for (const flag of ['--semi-space-growth-factor=2', '--heap-growing-percent=50']) setFlagsFromString(flag);
}
