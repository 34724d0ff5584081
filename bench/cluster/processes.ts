/** CPU and memory of the processes of the cluster whose command lines match; those of pods are seen from the machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpuSeconds, residentMb } from '../process-figures.ts';

/** The control group of this cluster, beside others on the machine. */
const group = `/${process.env['LAB_NAME'] ?? 'postern'}-lab/`;

export interface ProcessFigures {
  /** User and system time, milliseconds. */
  readonly cpuMs: number;
  /** Resident memory, 10^6 bytes. */
  readonly rssMb: number;
}

/** Undefined where the process is another one, or has ended meanwhile. */
function figuresOfOne(pid: number, pattern: RegExp): ProcessFigures | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    if (!pattern.test(command) || !readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(group)) return undefined;
    return { cpuMs: cpuSeconds([pid]) * 1000, rssMb: residentMb([pid]) };
  } catch {
    // It ended while it was read.
    return undefined;
  }
}

export function figuresOf(pattern: RegExp): ProcessFigures {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => figuresOfOne(Number(pid), pattern) ?? []);
  return { cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0), rssMb: all.reduce((sum, { rssMb }) => sum + rssMb, 0) };
}
