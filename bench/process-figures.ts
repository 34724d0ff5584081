/** What the kernel says about a process. Linux only. */
import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of CPU, user and system, that all threads of the processes used since they began (proc(5), stat fields 14 and 15). */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSecond;
}

/** Resident memory of the processes in MB (10^6 bytes). */
export function residentMb(pids: readonly number[]): number {
  let kib = 0;
  for (const pid of pids) kib += Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  return (kib * 1024) / 1e6;
}

/** Open file descriptors of a process. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Seconds that a core has spent since boot. */
export interface CoreTimes {
  /** In programs, user and system. */
  readonly programs: number;
  /** Waiting for the hypervisor. */
  readonly stolen: number;
}

/** proc(5), /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. */
export function coreTimes(core: number): CoreTimes {
  const line = readFileSync('/proc/stat', 'latin1').split('\n').find((one) => one.startsWith(`cpu${core} `)) ?? '';
  const [user, nice, system, , , , , steal] = line.split(' ').slice(1).map(Number) as [number, number, number, number, number, number, number, number];
  return { programs: (user + nice + system) / ticksPerSecond, stolen: steal / ticksPerSecond };
}

/** Seconds between two readings in which a core did not work for the program that used `own` seconds. */
export function othersOnCore(before: CoreTimes, after: CoreTimes, own: number): number {
  return Math.max(0, after.programs - before.programs - own) + after.stolen - before.stolen;
}

/** UDP ports over IPv4 that some process has bound (proc(5), /proc/net/udp: the local address is the second column, in hexadecimal). */
export function boundUdpPorts(): ReadonlySet<number> {
  const lines = readFileSync('/proc/net/udp', 'latin1').split('\n').slice(1);
  return new Set(lines.map((line) => Number.parseInt(/^ *\d+: [0-9A-F]+:([0-9A-F]+)/.exec(line)?.[1] ?? '', 16)));
}
