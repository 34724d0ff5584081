/** One proxy that runs for one workload, and one round of load on it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendPorts } from './backends/all.ts';
import type { Certificate } from './certificate.ts';
import type { Children } from './children.ts';
import type { Cores } from './cores.ts';
import { errorCount, type LoadResult } from './load/load.ts';
import { startLoad } from './load/start-load.ts';
import type { Peer, RunningPeer } from './peers/peer.ts';
import { probe } from './probe.ts';
import { coreTimes, cpuSeconds, othersOnCore, residentMb } from './process-figures.ts';
import { routesOf } from './route-table.ts';
import type { LoadPlan, Workload } from './workloads.ts';

/** One round of one proxy. */
export interface Sample {
  readonly workload: string;
  readonly proxy: string;
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

/** Where all of it runs. */
export interface Place {
  readonly children: Children;
  readonly folder: string;
  readonly cores: Cores;
  readonly backends: BackendPorts;
  readonly certificate: Certificate;
}

export interface Contender {
  readonly workload: Workload;
  readonly peer: Peer;
  readonly running: RunningPeer;
}

export async function startContender(place: Place, workload: Workload, peer: Peer): Promise<Contender> {
  const folder = join(place.folder, workload.name, peer.name);
  mkdirSync(folder, { recursive: true });
  const { routes, requests } = routesOf(workload);
  const running = await peer.start({
    children: place.children, core: place.cores.proxy, folder, routes, backendPort: place.backends[workload.backend], certificate: place.certificate, workload,
  });
  await probe(peer.name, running, { workload, routes, requests });
  return { workload, peer, running };
}

export interface Round {
  readonly seconds: number;
  readonly plan: LoadPlan;
  /** Requests a second, where the plan keeps to a rate. */
  readonly rate: number;
}

export async function runRound(place: Place, { workload, peer, running }: Contender, { seconds, plan, rate }: Round): Promise<Sample> {
  const { children, folder, cores } = place;
  const { address, port, pids, child } = running;
  const lasting = Math.max(seconds, workload.leastSeconds ?? 0);
  const before = { cpu: cpuSeconds(pids), core: coreTimes(cores.proxy) };
  const load = startLoad({ children, folder, core: cores.load, address, port, front: workload.front, seconds: lasting, requests: routesOf(workload).requests }, plan, rate);
  const result = await load.result;
  const after = { cpu: cpuSeconds(pids), core: coreTimes(cores.proxy) };
  if (child.ended()) throw new Error(`${peer.name} ended during the load\n${child.logTail()}`);
  if (result.units === 0) throw new Error(`${peer.name} answered nothing of the load: ${JSON.stringify(result.errors)}`);
  const cpu = after.cpu - before.cpu;
  const wall = result.microseconds / 1e6;
  return {
    workload: workload.name,
    proxy: peer.name,
    ...figures(result),
    cpuUsPerRequest: (cpu * 1e6) / result.units,
    rssMb: residentMb(pids),
    busy: cpu / wall,
    others: othersOnCore(before.core, after.core, cpu) / wall,
  };
}

function figures(result: LoadResult): Pick<Sample, 'rps' | 'p50Ms' | 'p99Ms' | 'errors'> {
  return { rps: (result.units * 1e6) / result.microseconds, p50Ms: result.p50Us / 1000, p99Ms: result.p99Us / 1000, errors: errorCount(result) };
}
