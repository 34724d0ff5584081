import { counters, type MetricFamily, type MetricLabels, type MetricSample } from '../../contract/index.ts';
import { readSamples, type Sample } from '../top/metrics-text.ts';

/** Of an Envoy's administration: what it counts of requests for Postern, in Prometheus' format. */
export const requestFiguresPath = '/stats/prometheus?filter=%5Epostern%5C.request';

/** What an Envoy counts of requests, under the names and in the units of the native proxy (docs/telemetry.md). */
export function requestFigures(text: string): MetricFamily[] {
  const samples = readSamples(text, 'envoy_postern_request');
  return [
    counters({ name: 'postern_requests_total', help: 'Requests that have ended, by status code; code none: the client got no answer.' },
      samples.filter(({ name }) => name === 'envoy_postern_requests_total').map(({ labels, value }) => [[...labels], value])),
    {
      name: 'postern_request_duration_seconds', help: 'From the head of the request to the end of its answer; Envoy counts whole milliseconds.', type: 'histogram', merge: 'sum',
      samples: durations(samples),
    },
  ];
}

interface Series {
  readonly labels: MetricLabels;
  /** Up to each bound, in milliseconds. */
  readonly upTo: Map<number, number>;
  sum: number;
}

function durations(samples: readonly Sample[]): MetricSample[] {
  const all = new Map<string, Series>();
  for (const { name, labels, value } of samples) {
    const part = /^envoy_postern_request_duration_milliseconds_(bucket|sum)$/.exec(name)?.[1];
    if (part === undefined) continue;
    const own = [...labels].filter(([label]) => label !== 'le');
    const key = JSON.stringify(own);
    const series = all.get(key) ?? { labels: own, upTo: new Map<number, number>(), sum: 0 };
    all.set(key, series);
    const bound = labels.get('le') ?? '+Inf';
    if (part === 'sum') series.sum = value;
    else series.upTo.set(bound === '+Inf' ? Infinity : Number(bound), value);
  }
  return [...all.values()].map(({ labels, upTo, sum }) => {
    const bounds = [...upTo.keys()].sort((a, b) => a - b);
    const buckets = bounds.map((bound, index) => (upTo.get(bound) ?? 0) - (index === 0 ? 0 : upTo.get(bounds[index - 1]!) ?? 0));
    return { labels, value: sum / 1000, buckets, bounds: bounds.slice(0, -1).map((ms) => ms / 1000) };
  });
}
