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
  /** Rings of as many steps as are kept. */
  readonly rate: Float32Array;
  readonly failed: Float32Array;
  readonly refused: Float32Array;
  last: Counted;
  /** The last step that is in the rings; later ones had no traffic. */
  written: number;
  /** The last step in which something was counted. */
  step: number;
}

/** Of traffic as a whole. */
export const allTraffic = 'all';

/**
 * The last minutes of traffic, by the keys that the map has: Gateway, listener, route, rule, Service. It is fed with the counters of the
 * data plane; what is not counted for ten steps beyond its length is forgotten.
 */
export class TrafficHistory {
  readonly steps: number;
  readonly #kept = new Map<string, Kept>();
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
    const isFirst = this.#at === 0;
    this.#at = now;
    const counted = new Map<string, Counted>();
    const apart = families.find(({ name }) => name === 'postern_route_requests');
    for (const sample of families.find(({ name }) => name === 'postern_requests_total')?.samples ?? []) countIn(counted, sample, apart === undefined ? allKeys : placeKeys);
    for (const sample of apart?.samples ?? []) countIn(counted, sample, routeKeys);
    if (!isFirst) this.#step++;
    for (const [key, it] of counted) this.#note(key, it, isFirst ? 0 : seconds);
    for (const [key, it] of this.#kept) if (this.#step - it.step > this.steps + 10) this.#kept.delete(key);
  }

  #note(key: string, counted: Counted, seconds: number): void { // oxlint-disable-line max-params -- a key, its count, and since when.
    const isNew = !this.#kept.has(key);
    const kept = this.#kept.get(key) ?? { rate: new Float32Array(this.steps), failed: new Float32Array(this.steps), refused: new Float32Array(this.steps), last: { requests: 0, failed: 0, refused: 0 }, written: this.#step, step: this.#step };
    this.#kept.set(key, kept);
    if (seconds > 0 && this.#step > 0) {
      // What appears between two looks was counted since the one before; where there are fewer than before, a process took its count with it.
      const before = isNew ? { requests: 0, failed: 0, refused: 0 } : counted.requests < kept.last.requests ? counted : kept.last;
      clear(kept, this.#step, this.steps);
      const at = this.#step % this.steps;
      kept.written = this.#step;
      kept.rate[at] = (counted.requests - before.requests) / seconds;
      kept.failed[at] = (counted.failed - before.failed) / seconds;
      kept.refused[at] = (counted.refused - before.refused) / seconds;
    }
    if (counted.requests !== kept.last.requests || isNew) kept.step = this.#step;
    kept.last = counted;
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

/** Steps without a sample have no traffic. */
function clear(kept: Kept, step: number, steps: number): void { // oxlint-disable-line max-params -- a ring and a place in it.
  for (let at = Math.max(kept.written + 1, step - steps + 1); at <= step; at++) kept.rate[at % steps] = kept.failed[at % steps] = kept.refused[at % steps] = 0;
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
