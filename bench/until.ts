import { setTimeout as pause } from 'node:timers/promises';

/** Asks until `holds` is true; false when `limitMs` passes first. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) return false;
    await pause(15);
  }
  return true;
}
