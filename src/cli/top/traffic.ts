import type { Sample } from './metrics-text.ts';

/** What was counted of one route, or of what stands for it, up to a moment. */
interface Counted {
  requests: number;
  failed: number;
  refused: number;
  /** Seconds, of all requests together. */
  seconds: number;
  /** Requests up to a bound in seconds, cumulative. */
  readonly upTo: Map<number, number>;
}

/** Counters of a program at one moment; `at`: milliseconds of any clock. */
export interface Look {
  readonly at: number;
  readonly counted: ReadonlyMap<string, Counted>;
  readonly active: number;
  /** Whether requests are counted by route; else they are by listener and backend. */
  readonly byRoute: boolean;
}

/** Traffic between two looks. Rates are a second, times milliseconds; undefined where nothing was measured. */
export interface TrafficRow {
  readonly name: string;
  readonly rate: number;
  /** 5xx, or no answer. */
  readonly failed: number;
  /** 4xx. */
  readonly refused: number;
  readonly mean: number | undefined;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** Reads counters of requests. */
export function lookAt(samples: readonly Sample[], at: number): Look {
  const byRoute = samples.some(({ name, labels }) => name === 'postern_requests_total' && labels.has('route'));
  const counted = new Map<string, Counted>();
  for (const sample of samples) {
    const name = nameOf(sample.labels, byRoute);
    let own = counted.get(name);
    if (own === undefined) counted.set(name, own = { requests: 0, failed: 0, refused: 0, seconds: 0, upTo: new Map() });
    countIn(own, sample);
  }
  for (const [name, { requests }] of counted) if (requests === 0) counted.delete(name);
  const active = samples.filter(({ name }) => name === 'postern_requests_active').reduce((sum, { value }) => sum + value, 0);
  return { at, counted, active, byRoute };
}

function countIn(own: Counted, { name, labels, value }: Sample): void {
  switch (name) {
    case 'postern_requests_total': {
      const codes = labels.get('code_class');
      own.requests += value;
      if (codes === '5xx' || codes === 'none') own.failed += value;
      if (codes === '4xx') own.refused += value;
      return;
    }
    case 'postern_request_duration_seconds_sum': own.seconds += value; return;
    case 'postern_request_duration_seconds_bucket': {
      const bound = labels.get('le') === '+Inf' ? Infinity : Number(labels.get('le'));
      own.upTo.set(bound, (own.upTo.get(bound) ?? 0) + value);
    }
  }
}

/** `HTTPRoute shop/cart`, or `infra/web/http → shop/cart:80` where routes are not counted. */
function nameOf(labels: ReadonlyMap<string, string>, byRoute: boolean): string {
  const of = (label: string): string => labels.get(label) ?? '';
  const listener = `${of('gateway_namespace')}/${of('gateway')}${of('listener') === '' ? '' : `/${of('listener')}`}`;
  if (byRoute) return of('route') === '' ? `no route at ${listener}` : `${of('route_kind')} ${of('route_namespace')}/${of('route')}`;
  return of('backend') === '' ? `${listener} → Postern itself` : `${listener} → ${of('backend_namespace')}/${of('backend')}:${of('backend_port')}`;
}

/** Traffic between two looks; with `before` undefined all that was ever counted, over `seconds`. */
export function trafficBetween(before: Look | undefined, now: Look, seconds: number = before === undefined ? NaN : (now.at - before.at) / 1000): TrafficRow[] {
  return [...now.counted].flatMap(([name, it]) => {
    const old = before?.counted.get(name);
    // Counters that begin anew belong to a program that began anew.
    const since = old !== undefined && old.requests <= it.requests ? old : undefined;
    const requests = it.requests - (since?.requests ?? 0);
    if (requests <= 0) return [];
    const quantile = quantilesOf(it.upTo, since?.upTo);
    return [{
      name, rate: requests / seconds, failed: (it.failed - (since?.failed ?? 0)) / seconds, refused: (it.refused - (since?.refused ?? 0)) / seconds,
      mean: ((it.seconds - (since?.seconds ?? 0)) * 1000) / requests, p50: quantile(0.5), p99: quantile(0.99),
    }];
  });
}

/** As PromQL's histogram_quantile: linear within a bucket, the highest bound for what lies above all. */
function quantilesOf(now: ReadonlyMap<number, number>, before: ReadonlyMap<number, number> | undefined): (share: number) => number | undefined {
  const bounds = [...now.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound) => (now.get(bound) ?? 0) - (before?.get(bound) ?? 0));
  const total = counts.at(-1) ?? 0;
  return (share) => {
    if (total <= 0) return undefined;
    const index = counts.findIndex((count) => count >= share * total);
    const upper = bounds[index]!;
    if (upper === Infinity) return (bounds[index - 1] ?? 0) * 1000;
    const [lower, below] = index === 0 ? [0, 0] : [bounds[index - 1]!, counts[index - 1]!];
    const own = counts[index]! - below;
    return (lower + (upper - lower) * (own === 0 ? 1 : (share * total - below) / own)) * 1000;
  };
}

export type SortKey = 'requests' | 'errors' | 'latency' | 'name';

const orders: Readonly<Record<SortKey, (a: TrafficRow, b: TrafficRow) => number>> = {
  requests: (a, b) => b.rate - a.rate,
  errors: (a, b) => b.failed - a.failed || b.refused - a.refused || b.rate - a.rate,
  latency: (a, b) => (b.p99 ?? 0) - (a.p99 ?? 0),
  name: (a, b) => (a.name < b.name ? -1 : 1),
};

export function sorted(rows: readonly TrafficRow[], by: SortKey): TrafficRow[] {
  return rows.toSorted(orders[by]);
}

/** All rows as one; times are weighted by requests, and quantiles can't be added. */
export function totalOf(rows: readonly TrafficRow[]): Pick<TrafficRow, 'rate' | 'failed' | 'refused' | 'mean'> {
  const sum = (read: (row: TrafficRow) => number): number => rows.reduce((all, row) => all + read(row), 0);
  const rate = sum((it) => it.rate);
  return { rate, failed: sum((it) => it.failed), refused: sum((it) => it.refused), mean: rate === 0 ? undefined : sum((it) => (it.mean ?? 0) * it.rate) / rate };
}
