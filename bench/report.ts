/** Samples to rows (medians over the rounds) to text. */
import type { Sample } from './contender.ts';
import type { Workload } from './workloads.ts';

/** What `--json` writes. */
export interface Row {
  readonly workload: string;
  readonly proxy: string;
  /** CPU of the proxy's own processes, user and system, microseconds per unit of the workload: request, handshake, message, packet or MB. */
  readonly cpuUsPerRequest: number;
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident memory, 10^6 bytes. */
  readonly rssMb: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that a share `q` of the values does not exceed; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function toRows(samples: readonly Sample[]): readonly Row[] {
  const groups = Map.groupBy(samples, (sample) => `${sample.workload} ${sample.proxy}`);
  return [...groups.values()].map((group) => ({
    workload: group[0]!.workload,
    proxy: group[0]!.proxy,
    cpuUsPerRequest: rounded(median(group.map((sample) => sample.cpuUsPerRequest)), 2),
    rps: rounded(median(group.map((sample) => sample.rps)), 0),
    p50Ms: rounded(median(group.map((sample) => sample.p50Ms)), 3),
    p99Ms: rounded(median(group.map((sample) => sample.p99Ms)), 3),
    rssMb: rounded(median(group.map((sample) => sample.rssMb)), 1),
  }));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A Markdown table of one workload, with the ratio of CPU per request to Envoy's and nginx's, and how much of its core the proxy and other programs had. */
export function workloadTable(workload: Workload, samples: readonly Sample[]): string {
  const own = samples.filter((sample) => sample.workload === workload.name);
  const rows = toRows(own);
  if (rows.length === 0) return `${workload.name}: not measured`;
  const cpuOf = (proxy: string): number | undefined => rows.find((row) => row.proxy === proxy)?.cpuUsPerRequest;
  const lines = rows.map((row) => {
    const rounds = own.filter((sample) => sample.proxy === row.proxy);
    const cpu = rounds.map((sample) => sample.cpuUsPerRequest);
    return [
      row.proxy, row.cpuUsPerRequest.toFixed(1), `${Math.min(...cpu).toFixed(1)}–${Math.max(...cpu).toFixed(1)}`,
      ratio(row.cpuUsPerRequest, cpuOf('envoy')), ratio(row.cpuUsPerRequest, cpuOf('nginx')),
      row.rps.toFixed(0), row.p50Ms.toFixed(2), row.p99Ms.toFixed(2), row.rssMb.toFixed(0),
      percent(median(rounds.map((sample) => sample.busy))), percent(median(rounds.map((sample) => sample.others))),
    ];
  });
  const head = ['proxy', `CPU µs/${workload.unit}`, 'min–max', '× Envoy', '× nginx', `${workload.unit}s/s`, 'p50 ms', 'p99 ms', 'memory MB', 'core', 'others'];
  return `${workload.name}: ${workload.title}\n\n${markdownTable([head, ...lines])}`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function ratio(value: number, beside: number | undefined): string {
  return beside === undefined ? '–' : (value / beside).toFixed(2);
}

export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`);
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** How each proxy's CPU in one workload stands to that in another: `name ratio, name ratio`; empty where none did both. */
export function besides(rows: readonly Row[], workload: string, one: string): string {
  const cpuOf = (name: string, proxy: string): number | undefined => rows.find((row) => row.workload === name && row.proxy === proxy)?.cpuUsPerRequest;
  return [...new Set(rows.map((row) => row.proxy))].flatMap((proxy) => {
    const [much, little] = [cpuOf(workload, proxy), cpuOf(one, proxy)];
    return much === undefined || little === undefined ? [] : [`${proxy} ${(much / little).toFixed(2)}`];
  }).join(', ');
}
