import type { MetricFamily, MetricSample } from '../../contract/index.ts';

/** Requests of something over time: one number a step, the newest last. */
export interface TrafficSeries {
  /** Requests a second. */
  readonly rate: readonly number[];
  /** Requests a second that failed: 5xx, or no answer at all. */
  readonly failed: readonly number[];
  /** Requests a second that were refused: 4xx. */
  readonly refused: readonly number[];
}

/** What was counted by one moment. */
interface Counted {
  requests: number;
  failed: number;
  refused: number;
}

interface Kept {
  readonly rate: Float32Array;
  readonly failed: Float32Array;
  readonly refused: Float32Array;
  /** The last step in which something was counted: later ones had no traffic. */
  written: number;
}

/** Of traffic as a whole. */
export const allTraffic = 'all';

/**
 * The last minutes of traffic, by the keys that the map has: Gateway, listener, route, rule, Service. It is fed with the counters of the
 * data plane; what had no traffic in all of its steps is forgotten.
 */
export class TrafficHistory {
  readonly steps: number;
  /** Rings of as many steps as are kept, of what had traffic in them. */
  readonly #kept = new Map<string, Kept>();
  /** What was counted at the last look. */
  #last: ReadonlyMap<string, Counted> | undefined;
  #step = 0;
  #at = 0;

  constructor(steps = 90) {
    this.steps = steps;
  }

  /** How often it was fed. */
  get length(): number {
    return Math.min(this.#step, this.steps);
  }

  /** `now`: milliseconds of any clock. The first look only says where counters begin. */
  add(families: readonly MetricFamily[], now: number): void {
    const seconds = (now - this.#at) / 1000;
    const last = this.#last;
    const counted = countedIn(families);
    this.#at = now;
    this.#last = counted;
    if (last === undefined) return;
    this.#step++;
    for (const [key, it] of counted) {
      const before = last.get(key) ?? none;
      // Where there are fewer than before, a process took its count with it.
      if (it.requests > before.requests) this.#note(key, { requests: (it.requests - before.requests) / seconds, failed: Math.max(0, it.failed - before.failed) / seconds, refused: Math.max(0, it.refused - before.refused) / seconds });
    }
    for (const [key, { written }] of this.#kept) if (this.#step - written >= this.steps) this.#kept.delete(key);
  }

  #note(key: string, { requests, failed, refused }: Readonly<Counted>): void {
    const kept = this.#kept.get(key) ?? { rate: new Float32Array(this.steps), failed: new Float32Array(this.steps), refused: new Float32Array(this.steps), written: this.#step - 1 };
    this.#kept.set(key, kept);
    for (let step = Math.max(kept.written + 1, this.#step - this.steps + 1); step < this.#step; step++) kept.rate[step % this.steps] = kept.failed[step % this.steps] = kept.refused[step % this.steps] = 0;
    const at = this.#step % this.steps;
    kept.rate[at] = requests;
    kept.failed[at] = failed;
    kept.refused[at] = refused;
    kept.written = this.#step;
  }

  series(key: string): TrafficSeries | undefined {
    const kept = this.#kept.get(key);
    return kept === undefined ? undefined : { rate: this.#inOrder(kept, kept.rate), failed: this.#inOrder(kept, kept.failed), refused: this.#inOrder(kept, kept.refused) };
  }

  #inOrder({ written }: Kept, ring: Float32Array): number[] {
    return Array.from({ length: this.length }, (_, index) => {
      const step = this.#step - this.length + 1 + index;
      return step > written ? 0 : Math.round((ring[step % this.steps] ?? 0) * 100) / 100;
    });
  }

  /** Keys with traffic in these steps that begin so, the busiest first. */
  busiest(prefix: string): { readonly key: string; readonly rate: number; readonly failed: number; readonly refused: number }[] {
    const steps = Math.max(1, this.length);
    const mean = (kept: Kept, ring: Float32Array): number => Math.round((this.#inOrder(kept, ring).reduce((sum, it) => sum + it, 0) / steps) * 100) / 100;
    const rows = [...this.#kept].filter(([key]) => key.startsWith(prefix)).map(([key, it]) => ({ key, rate: mean(it, it.rate), failed: mean(it, it.failed), refused: mean(it, it.refused) }));
    return rows.filter(({ rate }) => rate > 0).sort((a, b) => b.failed - a.failed || b.rate - a.rate);
  }
}

const none: Readonly<Counted> = { requests: 0, failed: 0, refused: 0 };

function countedIn(families: readonly MetricFamily[]): Map<string, Counted> {
  const counted = new Map<string, Counted>();
  const apart = families.find(({ name }) => name === 'postern_route_requests');
  for (const sample of families.find(({ name }) => name === 'postern_requests_total')?.samples ?? []) countIn(counted, sample, apart === undefined ? allKeys : placeKeys);
  for (const sample of apart?.samples ?? []) countIn(counted, sample, routeKeys);
  return counted;
}

type Labels = (name: string) => string;

function countIn(counted: Map<string, Counted>, { labels, value }: MetricSample, keysOf: (of: Labels) => readonly string[]): void { // oxlint-disable-line max-params -- what, where, and what it belongs to.
  const byName = new Map(labels);
  const of = (name: string): string => byName.get(name) ?? '';
  const codeClass = of('code_class');
  for (const key of keysOf(of)) {
    let it = counted.get(key);
    if (it === undefined) counted.set(key, it = { requests: 0, failed: 0, refused: 0 });
    it.requests += value;
    if (codeClass === '5xx' || codeClass === 'none') it.failed += value;
    else if (codeClass === '4xx') it.refused += value;
  }
}

/** The boxes of the map that a series belongs to, but for those of routes. */
function placeKeys(of: Labels): string[] {
  const gateway = `gateway/${of('gateway_namespace')}/${of('gateway')}`;
  const owner = of('listener_set') === '' ? gateway : `listenerset/${of('listener_set')}`;
  return [
    allTraffic, gateway, ...(of('listener') === '' ? [] : [`${owner}/${of('listener')}`]),
    ...(of('backend') === '' ? [] : [`${of('backend_kind').toLowerCase()}/${of('backend_namespace')}/${of('backend')}/${of('backend_port')}`]),
  ];
}

function routeKeys(of: Labels): string[] {
  const route = `${of('route_kind').toLowerCase()}/${of('route_namespace')}/${of('route')}`;
  return of('route') === '' ? [] : [route, `${route}/rules/${of('rule')}`];
}

function allKeys(of: Labels): string[] {
  return [...placeKeys(of), ...routeKeys(of)];
}
