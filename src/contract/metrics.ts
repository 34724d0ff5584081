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
