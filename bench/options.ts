import { parseArgs } from 'node:util';
import type { Peer } from './peers/peer.ts';
import { workloads, type Workload } from './workloads.ts';

export const usage = `npm run bench -- [options]
Postern, Envoy, nginx and HAProxy side by side in one run, one core each.

  --short            7 rounds of 3 s for each workload and proxy, at most 8 minutes in all (plain: 9 rounds of 12 s, half an hour)
  --only NAME,…      these proxies: postern, envoy, nginx, haproxy
  --workload NAME,…  these workloads: ${workloads.map((workload) => workload.name).join(', ')}
  --json FILE        write an array of {workload, proxy, cpuUsPerRequest, rps, p50Ms, p99Ms, rssMb}
  --rounds N --seconds N --warmup N   other lengths
  --help

Exit code: 0 measured, 1 a request failed or a proxy did not do its work, 2 wrong usage or something is not installed.`;

export interface BenchOptions {
  readonly peers: readonly Peer[];
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  /** Seconds of one round of one proxy. */
  readonly seconds: number;
  readonly warmup: number;
  readonly json: string | undefined;
}

/** The options, `help`, or a sentence that says what is wrong with them. */
export function readOptions(argv: readonly string[], peers: readonly Peer[]): BenchOptions | 'help' | { readonly wrong: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        short: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, json: { type: 'string' },
        only: { type: 'string' }, workload: { type: 'string' },
        rounds: { type: 'string' }, seconds: { type: 'string' }, warmup: { type: 'string' },
      },
    });
    if (values.help === true) return 'help';
    const [rounds, seconds, warmup] = values.short === true ? [7, 3, 3] : [9, 12, 5];
    return {
      peers: choose(peers, values.only, '--only'),
      workloads: choose(workloads, values.workload, '--workload'),
      rounds: positive(values.rounds ?? rounds, '--rounds'),
      seconds: positive(values.seconds ?? seconds, '--seconds'),
      warmup: positive(values.warmup ?? warmup, '--warmup'),
      json: values.json,
    };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

function choose<T extends { readonly name: string }>(all: readonly T[], names: string | undefined, option: string): readonly T[] {
  if (names === undefined) return all;
  return names.split(',').map((name) => {
    const found = all.find((one) => one.name === name.trim());
    if (found === undefined) throw new Error(`${option}: there is no ${JSON.stringify(name)}; there are ${all.map((one) => one.name).join(', ')}`);
    return found;
  });
}

function positive(text: string | number, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option}: ${JSON.stringify(text)} is not a whole number above 0`);
  return value;
}
