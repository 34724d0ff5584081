/** Samples to rows (medians over the rounds) to text. */
import type { Sample } from './measure.ts';
import type { Workload } from './workloads.ts';

/** What `--json` writes. */
export interface Row {
  readonly workload: string;
  readonly proxy: string;
  /** CPU of the proxy's own processes, user and system, microseconds. */
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
  const head = ['proxy', 'CPU µs/request', 'min–max', '× Envoy', '× nginx', 'requests/s', 'p50 ms', 'p99 ms', 'memory MB', 'core', 'others'];
  return `${workload.name}: ${workload.title}\n\n${markdownTable([head, ...lines])}`;
}

/** How each proxy's CPU per request with many routes stands to that with one. */
export function routesReading(rows: readonly Row[]): string {
  const cpuOf = (workload: string, proxy: string): number | undefined =>
    rows.find((row) => row.workload === workload && row.proxy === proxy)?.cpuUsPerRequest;
  const parts = [...new Set(rows.map((row) => row.proxy))].flatMap((proxy) => {
    const many = cpuOf('http1-small-32-5000routes', proxy);
    const one = cpuOf('http1-small-32', proxy);
    return many === undefined || one === undefined ? [] : [`${proxy} ${(many / one).toFixed(2)}`];
  });
  return parts.length === 0 ? '' : `CPU per request with 5,000 routes over that with one: ${parts.join(', ')}.`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function ratio(value: number, beside: number | undefined): string {
  return beside === undefined ? '–' : (value / beside).toFixed(2);
}

function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`);
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
