import type { Certificates } from './certificates.ts';
import { checkRequest } from './check-request.ts';
import { CheckFailed, type Check, type MetricsSpec, type Scenario } from './check.ts';
import { holds } from './expect-answer.ts';
import { readMetrics, type Sample } from './metrics-text.ts';
import { prepare, serveFor, type LocalWorld } from './world.ts';

/** Names of metrics and labels, by the words of the checks. */
const names: Readonly<Record<string, string>> = { 'requests': 'postern_requests_total', 'request duration': 'postern_request_duration_seconds' };
const labelNames: Readonly<Record<string, string>> = {
  'gateway namespace': 'gateway_namespace', 'gateway': 'gateway', 'listener': 'listener', 'route namespace': 'route_namespace', 'route': 'route',
  'rule': 'rule', 'backend': 'backend', 'response code': 'code',
};

/** Sends the requests that `given` names and reads what the data plane counted. */
export async function checkMetrics(check: Check, metrics: MetricsSpec, { scenario, certificates }: { scenario: Scenario; certificates: Certificates }): Promise<undefined> {
  const manifests = await prepare(scenario, certificates);
  const [, repeat = '1', via = 'echo/echo'] = /^(\d+) requests through (\S+)$/.exec(metrics.given ?? '1 requests through echo/echo') ?? [];
  await serveFor(scenario, { manifests, certificates, flags: ['--metrics-by-route'] }, async (world) => {
    await checkRequest({ name: check.name, via, repeat: Number(repeat), request: { scheme: 'http', port: 80 }, expect: { status: 200 } }, world);
    compareMetrics(await scrape(world), metrics);
  });
  return undefined;
}

async function scrape({ serving }: LocalWorld): Promise<Sample[]> {
  const { address, port } = await serving.admin();
  return readMetrics(await (await fetch(`http://${address}:${port}/metrics`)).text());
}

/** Compares figures with what a check expects of them; throws CheckFailed. */
export function compareMetrics(samples: readonly Sample[], { expect: { counter, histogram, value, labels = [], ...others } }: MetricsSpec): void {
  holds(Object.keys(others).length === 0, `the runner does not know the expectation ${Object.keys(others).join(', ')}`);
  if (counter !== undefined) {
    const found = samples.filter(({ name }) => name === nameOf(counter));
    holds(found.reduce((sum, sample) => sum + sample.value, 0) === value, `${nameOf(counter)} is ${found.map((it) => it.value).join(' + ')}, expected ${value}`);
    for (const label of labels) {
      const name = labelNames[label];
      if (name === undefined) throw new CheckFailed(`the runner does not know the label "${label}"`);
      holds(found.every((sample) => sample.labels.has(name)), `${nameOf(counter)} has no label ${name}`);
    }
  }
  if (histogram !== undefined) {
    const buckets = samples.filter(({ name }) => name === `${nameOf(histogram)}_bucket`);
    holds(buckets.length > 1 && buckets.some(({ value: count, labels: own }) => own.get('le') === '+Inf' && count > 0), `${nameOf(histogram)} has observed nothing`);
    holds(buckets.every((bucket, index) => index === 0 || bucket.value >= (buckets[index - 1]?.value ?? 0)), 'the buckets are not cumulative');
  }
}

function nameOf(words: string): string {
  const name = names[words];
  if (name === undefined) throw new CheckFailed(`the runner does not know the metric "${words}"`);
  return name;
}
