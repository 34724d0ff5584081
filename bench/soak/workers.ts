import { readFileSync } from 'node:fs';

/** The processes that a process has started (proc(5), /proc/PID/task/TID/children): the workers of `postern serve --workers`. */
export function workersOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter((text) => text !== '').map(Number);
}
