/** One workload: all proxies started, probed, warmed up, then measured in turn, round after round. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Children } from './children.ts';
import type { Cores } from './cores.ts';
import { errorCount, startLoad } from './load.ts';
import type { Peer, RunningPeer } from './peers/peer.ts';
import { probe } from './probe.ts';
import { cpuSeconds, residentMb } from './process-figures.ts';
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
  /** Share of the round in which the proxy had a core. */
  readonly busy: number;
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
  readonly peer: Peer;
  readonly running: RunningPeer;
}

export async function measureWorkload(bench: Bench, workload: Workload): Promise<readonly Sample[]> {
  const { options, say } = bench;
  const contenders: Contender[] = [];
  try {
    for (const peer of options.peers) contenders.push({ peer, running: await startPeer(bench, workload, peer) });
    for (const contender of contenders) await round(bench, workload, contender, options.warmup);
    const samples: Sample[] = [];
    for (let n = 1; n <= options.rounds; n++) {
      for (const contender of contenders) {
        const sample = await round(bench, workload, contender, options.seconds);
        samples.push(sample);
        say(`  round ${n} ${sample.proxy.padEnd(8)} ${sample.cpuUsPerRequest.toFixed(1).padStart(6)} µs ${sample.rps.toFixed(0).padStart(7)}/s${sample.errors === 0 ? '' : `  ${sample.errors} ERRORS`}`);
      }
    }
    return samples;
  } finally {
    for (const { running } of contenders) await running.stop();
  }
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

async function round(bench: Bench, workload: Workload, { peer, running }: Contender, seconds: number): Promise<Sample> {
  const requests = requestLines(routeTable(workload.routes));
  const { children, folder } = bench;
  const { address, port, pids, child } = running;
  const cpuBefore = cpuSeconds(pids);
  const load = startLoad({ children, folder, core: bench.cores.load, address, port, connections: workload.connections, seconds, requests });
  const result = await load.result;
  if (child.ended()) throw new Error(`${peer.name} ended during the load\n${child.logTail()}`);
  if (result.requests === 0) throw new Error(`${peer.name} answered no request of the load`);
  const cpu = cpuSeconds(pids) - cpuBefore;
  return {
    workload: workload.name,
    proxy: peer.name,
    cpuUsPerRequest: (cpu * 1e6) / result.requests,
    rps: (result.requests * 1e6) / result.microseconds,
    p50Ms: result.p50Us / 1000,
    p99Ms: result.p99Us / 1000,
    rssMb: residentMb(pids),
    busy: (cpu * 1e6) / result.microseconds,
    errors: errorCount(result),
  };
}
