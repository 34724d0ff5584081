/** All proxies of all workloads started, probed, warmed up, then measured in turn, round after round, so that drift of the machine meets all alike. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Children } from './children.ts';
import type { Cores } from './cores.ts';
import { errorCount, startLoad } from './load.ts';
import type { Peer, RunningPeer } from './peers/peer.ts';
import { probe } from './probe.ts';
import { coreTimes, cpuSeconds, othersOnCore, residentMb, type CoreTimes } from './process-figures.ts';
import { percent } from './report.ts';
import { requestLines, routeTable } from './route-table.ts';
import type { BenchOptions } from './options.ts';
import type { Workload } from './workloads.ts';

/** One round of one proxy. */
export interface Sample {
  readonly workload: string;
  readonly proxy: Peer['name'];
  readonly cpuUsPerRequest: number;
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
  /** Share of the round in which the proxy had its core. */
  readonly busy: number;
  /** Share of the round in which its core was taken by other programs or by the hypervisor. */
  readonly others: number;
  /** Socket errors, time-outs and answers above 399. */
  readonly errors: number;
}

export interface Bench {
  readonly children: Children;
  readonly folder: string;
  readonly cores: Cores;
  readonly backendPort: number;
  readonly options: BenchOptions;
  readonly say: (text: string) => void;
}

interface Contender {
  readonly workload: Workload;
  readonly peer: Peer;
  readonly running: RunningPeer;
}

/** More than this of the core taken by others, and the round is run again. */
const disturbedAbove = 0.04;

export function isDisturbed(sample: Sample): boolean {
  return sample.others > disturbedAbove;
}

/** The samples to judge by: `rounds` for each contender, the least disturbed ones where some had to be run again. */
export async function measureAll(bench: Bench): Promise<readonly Sample[]> {
  const { options, say } = bench;
  const contenders: Contender[] = [];
  try {
    for (const workload of options.workloads) {
      say(`\n${workload.name}`);
      for (const peer of options.peers) contenders.push({ workload, peer, running: await startPeer(bench, workload, peer) });
    }
    for (const contender of contenders) await round(bench, contender, options.warmup);
    const taken = contenders.map((): Sample[] => []);
    const extra = Math.ceil(options.rounds / 3);
    for (let n = 1; n <= options.rounds + extra; n++) {
      const wanting = [...contenders.entries()].filter(([i]) => taken[i]!.filter((sample) => !isDisturbed(sample)).length < options.rounds);
      if (wanting.length > 0) say(`\n${n <= options.rounds ? `round ${n}` : 'once more where other programs took the core'}`);
      for (const [i, contender] of wanting) taken[i]!.push(sayRound(bench, await round(bench, contender, options.seconds)));
    }
    return taken.flatMap((samples) => samples.toSorted((a, b) => a.others - b.others).slice(0, options.rounds));
  } finally {
    await Promise.all(contenders.map(({ running }) => running.stop()));
  }
}

function sayRound({ say }: Bench, sample: Sample): Sample {
  const cpu = `${sample.cpuUsPerRequest.toFixed(1).padStart(6)} µs ${sample.rps.toFixed(0).padStart(7)}/s`;
  const notes = [
    ...(isDisturbed(sample) ? [`others took ${percent(sample.others)} of its core`] : []),
    ...(sample.errors > 0 ? [`${sample.errors} ERRORS`] : []),
  ];
  say(`  ${sample.workload.padEnd(26)} ${sample.proxy.padEnd(8)} ${cpu}  ${notes.join(', ')}`);
  return sample;
}

async function startPeer(bench: Bench, workload: Workload, peer: Peer): Promise<RunningPeer> {
  const folder = join(bench.folder, workload.name, peer.name);
  mkdirSync(folder, { recursive: true });
  const routes = routeTable(workload.routes);
  const began = performance.now();
  const running = await peer.start({ children: bench.children, core: bench.cores.proxy, folder, routes, backendPort: bench.backendPort });
  await probe(peer.name, running, routes, requestLines(routes));
  bench.say(`  ${peer.name} serves ${workload.routes} routes after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return running;
}

async function round(bench: Bench, { workload, peer, running }: Contender, seconds: number): Promise<Sample> {
  const requests = requestLines(routeTable(workload.routes));
  const { children, folder, cores } = bench;
  const { address, port, pids, child } = running;
  const before = { cpu: cpuSeconds(pids), core: coreTimes(cores.proxy) };
  const load = startLoad({ children, folder, core: cores.load, address, port, connections: workload.connections, seconds, requests });
  const result = await load.result;
  const after: { cpu: number; core: CoreTimes } = { cpu: cpuSeconds(pids), core: coreTimes(cores.proxy) };
  if (child.ended()) throw new Error(`${peer.name} ended during the load\n${child.logTail()}`);
  if (result.requests === 0) throw new Error(`${peer.name} answered no request of the load`);
  const cpu = after.cpu - before.cpu;
  const wall = result.microseconds / 1e6;
  return {
    workload: workload.name,
    proxy: peer.name,
    cpuUsPerRequest: (cpu * 1e6) / result.requests,
    rps: result.requests / wall,
    p50Ms: result.p50Us / 1000,
    p99Ms: result.p99Us / 1000,
    rssMb: residentMb(pids),
    busy: cpu / wall,
    others: othersOnCore(before.core, after.core, cpu) / wall,
    errors: errorCount(result),
  };
}
