/** The proxies of a workload are started, probed, warmed up, then measured in turn, round after round, so that drift of the machine meets all alike. */
import { runRound, startContender, type Contender, type Place, type Round, type Sample } from './contender.ts';
import type { BenchOptions } from './options.ts';
import { percent } from './report.ts';
import type { Workload } from './workloads.ts';

export interface Bench extends Place {
  readonly options: BenchOptions;
  readonly say: (text: string) => void;
}

/** More than this of the core taken by others, and the round is run again. */
const disturbedAbove = 0.04;

export function isDisturbed(sample: Sample): boolean {
  return sample.others > disturbedAbove;
}

/** The samples to judge by: `rounds` for each contender, the least disturbed ones where some had to be run again. */
export async function measureAll(bench: Bench): Promise<readonly Sample[]> {
  const groups = [...Map.groupBy(bench.options.workloads, (workload) => workload.group ?? workload.name).values()];
  const samples: Sample[] = [];
  for (const [i, workloads] of groups.entries()) {
    bench.say(`\n${i + 1} of ${groups.length}: ${workloads.map((workload) => workload.name).join(', ')}`);
    samples.push(...(await measureGroup(bench, workloads)));
  }
  return samples;
}

async function measureGroup(bench: Bench, workloads: readonly Workload[]): Promise<readonly Sample[]> {
  const { options, say } = bench;
  const contenders: Contender[] = [];
  try {
    for (const workload of workloads) contenders.push(...(await startAll(bench, workload)));
    const rates = await warmUp(bench, contenders);
    const taken = contenders.map((): Sample[] => []);
    const extra = Math.ceil(options.rounds / 3);
    for (let n = 1; n <= options.rounds + extra; n++) {
      const wanting = [...contenders.entries()].filter(([i]) => taken[i]!.filter((sample) => !isDisturbed(sample)).length < options.rounds);
      if (wanting.length > 0) say(n <= options.rounds ? ` round ${n}` : ' once more where other programs took the core');
      for (const [i, contender] of wanting) {
        const round: Round = { seconds: options.seconds, plan: contender.workload.load, rate: rates.get(contender.workload.name) ?? 0 };
        taken[i]!.push(sayRound(bench, await runRound(bench, contender, round)));
      }
    }
    return taken.flatMap((samples) => samples.toSorted((a, b) => a.others - b.others).slice(0, options.rounds));
  } finally {
    await Promise.all(contenders.map(({ running }) => running.stop()));
  }
}

async function startAll(bench: Bench, workload: Workload): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const peer of bench.options.peers) {
    const reason = peer.cannot(workload);
    if (reason !== undefined) {
      bench.say(`  ${peer.name} has no part in ${workload.name}: ${reason}`);
      continue;
    }
    const began = performance.now();
    contenders.push(await startContender(bench, workload, peer));
    bench.say(`  ${peer.name} serves ${workload.name} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  return contenders;
}

/** Warms everything up at full load, and finds the rate of the workloads that keep to one: a share of the slower peak of Postern and Envoy. */
async function warmUp(bench: Bench, contenders: readonly Contender[]): Promise<ReadonlyMap<string, number>> {
  const rates = new Map<string, number>();
  for (const contender of contenders) {
    const { workload: { load, name }, peer } = contender;
    const plan = load.tool === 'paced' ? { tool: 'wrk' as const, connections: load.connections } : load;
    const sample = await runRound(bench, contender, { seconds: bench.options.warmup, plan, rate: 0 });
    if (load.tool !== 'paced' || (peer.name !== 'postern' && peer.name !== 'envoy')) continue;
    rates.set(name, Math.min(rates.get(name) ?? Infinity, sample.rps * load.share));
  }
  for (const [name, rate] of rates) bench.say(`  ${name} keeps to ${rate.toFixed(0)} a second`);
  return rates;
}

function sayRound({ say }: Bench, sample: Sample): Sample {
  const cpu = `${sample.cpuUsPerRequest.toFixed(1).padStart(7)} µs ${sample.rps.toFixed(0).padStart(7)}/s p99 ${sample.p99Ms.toFixed(2).padStart(7)} ms`;
  const notes = [
    ...(isDisturbed(sample) ? [`others took ${percent(sample.others)} of its core`] : []),
    ...(sample.errors > 0 ? [`${sample.errors} ERRORS`] : []),
  ];
  say(`  ${sample.workload.padEnd(26)} ${sample.proxy.padEnd(8)} ${cpu}  ${notes.join(', ')}`);
  return sample;
}
