import { setFlagsFromString } from 'node:v8';

/** From so many routes on, which in turn. */
const steps = [
  // The old generation is kept within half as much again as what lives, where V8 would let it grow to several times that.
  { routes: 2000, flag: '--heap-growing-percent=50' },
  // Lists of that many live from one edit to the next: a small young generation would copy them again and again and let them grow old.
  { routes: 8000, flag: '--semi-space-growth-factor=2' },
];

/** Has garbage collected as so many routes need it; what many needed stays. */
export function collectFor(routes: number): void {
  while (steps[0] !== undefined && routes > steps[0].routes) setFlagsFromString(steps.shift()!.flag);
}
