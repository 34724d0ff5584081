/** CPU and memory of the processes of the cluster whose command lines match; those of pods are seen from the machine. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpuSeconds, residentMb } from '../process-figures.ts';

/** The control group of this cluster, beside others on the machine. */
const group = `/${process.env['LAB_NAME'] ?? 'postern'}-lab/`;

/** At which Postern's and the peer's control planes serve configuration. */
const controlPlanePort = 18_000;

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

function pids(): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Bytes that these data planes have received over their open connections to the control plane, encrypted as they are. */
export function bytesReceived(pattern: RegExp): number {
  const found = pids().filter((pid) => figuresOfOne(pid, pattern) !== undefined);
  const connections = found.map((pid) => execFileSync('nsenter', ['--target', String(pid), '--net', 'ss', '-tinHO', `dport = :${controlPlanePort}`], { encoding: 'utf8' }));
  return connections.flatMap((text) => [...text.matchAll(/bytes_received:(\d+)/g)]).reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

export function figuresOf(pattern: RegExp): ProcessFigures {
  const all = pids().flatMap((pid) => figuresOfOne(pid, pattern) ?? []);
  return { cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0), rssMb: all.reduce((sum, { rssMb }) => sum + rssMb, 0) };
}
