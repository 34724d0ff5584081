import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../report.ts';
import { workloads } from '../workloads.ts';
import { plot } from './plot.ts';

const row = (proxy: string, cpuUsPerRequest: number): Row => ({ workload: 'http1-small-32', proxy, cpuUsPerRequest, rps: 1, p50Ms: 1, p99Ms: 1, rssMb: 1 });

test('bars are as long as the ratio to Envoy, and end at the edge', () => {
  const svg = plot([row('postern', 20), row('envoy', 40), row('nginx', 400)], { workloads, about: 'a <machine>' });
  const lengths = Object.fromEntries([...svg.matchAll(/<rect class="(\w+)" x="190" y="\d+" width="([\d.]+)" height="11"\/><text class="quiet"/g)].map((found) => [found[1], Number(found[2])]));
  assert.equal(lengths['envoy'], lengths['postern']! * 2);
  assert.equal(lengths['nginx'], lengths['envoy']! * 2);
  assert.match(svg, /0\.50 × \(20\.0 µs\)/);
  assert.match(svg, /10\.00 ×/);
  assert.match(svg, /a &lt;machine&gt;/);
});

test('a workload that Envoy did not run is left out', () => {
  assert.doesNotMatch(plot([row('postern', 20)], { workloads, about: '' }), /http1-small-32/);
});
