import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Peer } from './peers/peer.ts';
import { posternOf } from './peers/postern.ts';
import { workloads, type Workload } from './workloads.ts';

export const usage = `npm run bench -- [options]
Postern, Envoy, nginx and HAProxy side by side in one run, one core each.

  --short            the most telling workloads, 3 rounds of 2 s, at most 8 minutes in all (plain: all workloads, 5 rounds of 6 s, an hour)
  --only NAME,…      these proxies: postern, envoy, nginx, haproxy
  --workload NAME,…  these workloads: ${workloads.map((workload) => workload.name).join(', ')}
  --beside DIR       one proxy more: Postern of the checkout DIR, as "base"
  --json FILE        write an array of {workload, proxy, cpuUsPerRequest, rps, p50Ms, p99Ms, rssMb}
  --svg FILE         draw CPU per request beside Envoy's
  --rounds N --seconds N --warmup N   other lengths
  --help

Exit code: 0 measured, whatever the goals say; 1 a request failed or a proxy did not do its work; 2 wrong usage or something is not installed.`;

export interface BenchOptions {
  readonly peers: readonly Peer[];
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  /** Seconds of one round of one proxy. */
  readonly seconds: number;
  readonly warmup: number;
  readonly json: string | undefined;
  readonly svg: string | undefined;
}

/** The options, `help`, or a sentence that says what is wrong with them. */
export function readOptions(argv: readonly string[], peers: readonly Peer[]): BenchOptions | 'help' | { readonly wrong: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        short: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, json: { type: 'string' }, svg: { type: 'string' }, beside: { type: 'string' },
        only: { type: 'string' }, workload: { type: 'string' },
        rounds: { type: 'string' }, seconds: { type: 'string' }, warmup: { type: 'string' },
      },
    });
    if (values.help === true) return 'help';
    const [rounds, seconds, warmup] = values.short === true ? [3, 2, 1] : [5, 6, 3];
    const base = values.beside === undefined ? [] : [posternOf('base', resolve(values.beside))];
    return {
      peers: [...choose(peers, values.only, '--only'), ...base],
      workloads: values.workload === undefined && values.short === true ? workloads.filter((one) => one.short === true) : choose(workloads, values.workload, '--workload'),
      rounds: positive(values.rounds ?? rounds, '--rounds'),
      seconds: positive(values.seconds ?? seconds, '--seconds'),
      warmup: positive(values.warmup ?? warmup, '--warmup'),
      json: values.json,
      svg: values.svg,
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
