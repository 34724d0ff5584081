/** One family of metrics, as plain data: parts of one program, and workers, are added up before anything is written. */
export interface MetricFamily {
  /** `postern_requests_total`: base units, counters end with `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How workers' samples with the same labels become one. */
  readonly merge: 'sum' | 'max';
  readonly samples: readonly MetricSample[];
}

export type MetricLabels = readonly (readonly [name: string, value: string])[];

export interface MetricSample {
  readonly labels: MetricLabels;
  /** Of a histogram: the sum of what was observed. */
  readonly value: number;
  /** Of a histogram: observations up to each bound and no other, the last one those above all bounds. */
  readonly buckets?: readonly number[];
  /** Of a histogram: upper bounds, one fewer than buckets. */
  readonly bounds?: readonly number[];
}

type Form = Pick<MetricFamily, 'name' | 'help'> & { readonly merge?: MetricFamily['merge'] };

/** A family of counters, from rows of labels and value. */
export function counters(form: Form, rows: Iterable<readonly [labels: MetricLabels, value: number]>): MetricFamily {
  return { merge: 'sum', ...form, type: 'counter', samples: Array.from(rows, toSample) };
}

export function gauges(form: Form, rows: Iterable<readonly [labels: MetricLabels, value: number]>): MetricFamily {
  return { merge: 'sum', ...form, type: 'gauge', samples: Array.from(rows, toSample) };
}

/** A counter without labels. */
export function counter(name: string, help: string, value: number): MetricFamily {
  return counters({ name, help }, [[[], value]]);
}

/** A gauge without labels. */
export function gauge(name: string, help: string, value: number): MetricFamily {
  return gauges({ name, help }, [[[], value]]);
}

function toSample([labels, value]: readonly [MetricLabels, number]): MetricSample {
  return { labels, value };
}
