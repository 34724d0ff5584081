/** What Postern is to reach, beside another in the same run. A goal that is missed is said and is no error. */
import type { Row } from './report.ts';

type Figure = 'cpuUsPerRequest' | 'p99Ms' | 'rssMb';

export interface Goal {
  readonly workload: string;
  readonly figure: Figure;
  /** The proxy, or another workload of Postern's, that is 1; absent: the limit is absolute. */
  readonly beside?: { readonly proxy: string; readonly workload?: string };
  readonly limit: number;
}

const cpu = (workload: string, proxy: string, limit: number): Goal => ({ workload, figure: 'cpuUsPerRequest', beside: { proxy }, limit });

export const goals: readonly Goal[] = [
  cpu('http1-small-32', 'envoy', 0.5),
  cpu('http1-small-32', 'nginx', 1.05),
  cpu('http1-small-256', 'envoy', 0.4),
  cpu('http1-small-256', 'nginx', 1),
  cpu('https1-small-32', 'envoy', 0.6),
  cpu('tls-handshakes', 'envoy', 1.3),
  cpu('h2c-small', 'envoy', 0.5),
  cpu('h2-small', 'envoy', 0.5),
  cpu('grpc-unary', 'envoy', 0.5),
  cpu('http1-1mb', 'envoy', 1),
  cpu('tcp-bytes', 'envoy', 1),
  { workload: 'http1-small-32-5000routes', figure: 'cpuUsPerRequest', beside: { proxy: 'postern', workload: 'http1-small-32' }, limit: 1.05 },
  { workload: 'http1-small-32-40000routes', figure: 'cpuUsPerRequest', beside: { proxy: 'postern', workload: 'http1-small-32' }, limit: 1.1 },
  { workload: 'http1-tail', figure: 'p99Ms', beside: { proxy: 'envoy' }, limit: 1.5 },
  { workload: 'http1-small-32-5000routes', figure: 'rssMb', limit: 90 },
];

const words: Readonly<Record<Figure, string>> = { cpuUsPerRequest: 'CPU', p99Ms: 'p99', rssMb: 'memory, MB' };

/** A line a goal: `[workload, what, limit, reached, met or not met]`; goals that were not measured are left out. */
export function judge(rows: readonly Row[]): readonly (readonly string[])[] {
  const find = (workload: string, proxy: string): Row | undefined => rows.find((row) => row.workload === workload && row.proxy === proxy);
  return goals.flatMap(({ workload, figure, beside, limit }) => {
    const own = find(workload, 'postern');
    const other = beside === undefined ? undefined : find(beside.workload ?? workload, beside.proxy);
    if (own === undefined || (beside !== undefined && other === undefined)) return [];
    const reached = other === undefined ? own[figure] : own[figure] / other[figure];
    const what = beside === undefined ? words[figure] : `${words[figure]} beside ${beside.workload === undefined ? beside.proxy : `that of ${beside.workload}`}`;
    return [[workload, what, `≤ ${limit.toFixed(2)}`, reached.toFixed(2), reached <= limit ? 'met' : 'not met']];
  });
}
