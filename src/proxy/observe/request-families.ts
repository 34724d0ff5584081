import { counters, gauges, type MetricFamily, type MetricLabels } from '../../contract/index.ts';
import { backendLabels, listenerLabels, ruleLabels } from './labels.ts';
import type { ListenerMeter } from './listener-meter.ts';
import { durationBounds, type RequestMeter } from './request-meter.ts';

interface Row {
  readonly labels: MetricLabels;
  readonly meter: RequestMeter;
}

/** What was counted of requests. */
export function requestFamilies(listeners: readonly ListenerMeter[]): MetricFamily[] {
  const rows = listeners.flatMap((listener) => listener.requestSeries.map(({ rule, backend, meter }): Row => (
    { labels: [...listenerLabels(listener.origin), ...ruleLabels(rule), ...backendLabels(backend)], meter })));
  const asListeners = (read: (listener: ListenerMeter) => number): [MetricLabels, number][] => listeners.map((it) => [listenerLabels(it.origin), read(it)]);
  return [
    counters({ name: 'postern_requests_total', help: 'Requests that have ended, by status code; code none: the client got no answer.' },
      rows.flatMap(({ labels, meter }) => meter.codes.map(([code, count]): [MetricLabels, number] => [[...labels, ['code', code], ['code_class', classOf(code)]], count]))),
    {
      name: 'postern_request_duration_seconds', help: 'From the head of the request to the end of its answer.', type: 'histogram', merge: 'sum',
      samples: rows.map(({ labels, meter }) => ({ labels, value: meter.durationMs / 1000, buckets: [...meter.durations], bounds: durationBounds })),
    },
    counters({ name: 'postern_request_body_bytes_total', help: 'Bytes of request bodies, with the framing of chunks.' }, rows.map(({ labels, meter }) => [labels, meter.received])),
    counters({ name: 'postern_response_body_bytes_total', help: 'Bytes of response bodies, with the framing of chunks.' }, rows.map(({ labels, meter }) => [labels, meter.sent])),
    gauges({ name: 'postern_requests_active', help: 'Requests that have not ended.' }, asListeners(({ activeRequests }) => activeRequests)),
    counters({ name: 'postern_request_retries_total', help: 'Tries beyond the first of a request.' }, asListeners(({ retries }) => retries)),
    counters({ name: 'postern_failures_total', help: 'Requests, connections and UDP datagrams that were refused or failed, by cause (docs/errors.md).' },
      listeners.flatMap(({ origin, causes }) => [...causes].map(([cause, count]): [MetricLabels, number] => [[...listenerLabels(origin), ['cause', cause]], count]))),
  ];
}

function classOf(code: string): string {
  return /^\d/.test(code) ? `${code[0]}xx` : code;
}
