import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFigures } from './request-figures.ts';

test('what an Envoy counts has the names and units of the native proxy', () => {
  const text = `# TYPE envoy_postern_requests_total counter
envoy_postern_requests_total{gateway="edge",code="200"} 5
envoy_postern_requests_total{gateway="edge",code="none"} 1
envoy_cluster_upstream_rq{x="y"} 9
# TYPE envoy_postern_request_duration_milliseconds histogram
envoy_postern_request_duration_milliseconds_bucket{gateway="edge",le="1"} 2
envoy_postern_request_duration_milliseconds_bucket{gateway="edge",le="2.5"} 5
envoy_postern_request_duration_milliseconds_bucket{gateway="edge",le="+Inf"} 6
envoy_postern_request_duration_milliseconds_sum{gateway="edge"} 1500
envoy_postern_request_duration_milliseconds_count{gateway="edge"} 6
`;
  const [requests, durations] = requestFigures(text);
  assert.deepEqual(requests?.samples, [{ labels: [['gateway', 'edge'], ['code', '200']], value: 5 }, { labels: [['gateway', 'edge'], ['code', 'none']], value: 1 }]);
  assert.deepEqual(durations?.samples, [{ labels: [['gateway', 'edge']], value: 1.5, buckets: [2, 3, 1], bounds: [0.001, 0.0025] }]);
  assert.deepEqual([requests?.name, durations?.name], ['postern_requests_total', 'postern_request_duration_seconds']);
});
