/** CPU and memory of the processes of the cluster whose command lines match; those of pods are seen from the machine. */
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;
/** The control group of this cluster, beside others on the machine. */
const group = `/${process.env['LAB_NAME'] ?? 'postern'}-lab/`;

export interface ProcessFigures {
  readonly count: number;
  /** User and system time, milliseconds. */
  readonly cpuMs: number;
  /** Resident memory, 10^6 bytes. */
  readonly rssMb: number;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

export function figuresOf(pattern: RegExp): ProcessFigures {
  let [count, cpuMs, rssMb] = [0, 0, 0];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
    if (!pattern.test(command) || !read(`/proc/${pid}/cgroup`).includes(group)) continue;
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const kb = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
    if (kb === undefined) continue;
    count++;
    cpuMs += (Number(fields[11]) + Number(fields[12])) * (1000 / ticksPerSecond);
    rssMb += (Number(kb) * 1024) / 1e6;
  }
  return { count, cpuMs, rssMb };
}
