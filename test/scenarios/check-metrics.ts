import { setTimeout as delay } from 'node:timers/promises';
import type { Certificates } from './certificates.ts';
import { checkRequest } from './check-request.ts';
import { CheckFailed, type Check, type MetricsSpec, type Scenario } from './check.ts';
import { holds } from './expect-answer.ts';
import { readMetrics, type Sample } from './metrics-text.ts';
import { prepare, serveFor, type LocalWorld } from './world.ts';

/** Names of metrics, of the native proxy and of Envoy, and of labels, by the words of the checks. */
const names: Readonly<Record<string, readonly string[]>> = {
  'requests': ['postern_requests_total', 'envoy_postern_requests_total'],
  'request duration': ['postern_request_duration_seconds', 'envoy_postern_request_duration_milliseconds'],
};
const labelNames: Readonly<Record<string, string>> = {
  'gateway namespace': 'gateway_namespace', 'gateway': 'gateway', 'listener': 'listener', 'route namespace': 'route_namespace', 'route': 'route',
  'rule': 'rule', 'backend': 'backend', 'response code': 'code',
};

/** Sends the requests that `given` names and reads what the data plane counted. */
export async function checkMetrics(check: Check, metrics: MetricsSpec, { scenario, certificates, more = [] }: { scenario: Scenario; certificates: Certificates; more?: readonly string[] }): Promise<undefined> {
  const manifests = await prepare(scenario, certificates);
  const [, repeat = '1', via = 'echo/echo'] = /^(\d+) requests through (\S+)$/.exec(metrics.given ?? '1 requests through echo/echo') ?? [];
  await serveFor(scenario, { manifests, certificates, flags: ['--metrics-by-route'], more }, async (world) => {
    await checkRequest({ name: check.name, via, repeat: Number(repeat), request: { scheme: 'http', port: 80 }, expect: { status: 200 } }, world);
    await untilCounted(() => scrape(world), metrics);
  });
  return undefined;
}

async function scrape({ serving }: LocalWorld): Promise<Sample[]> {
  const { address, port } = await serving.admin();
  return readMetrics(await (await fetch(`http://${address}:${port}/metrics`)).text());
}

/** Longest that a data plane may take to show what it counted: Envoy adds up the histograms of its threads every five seconds. Milliseconds. */
const patienceMs = 15_000;

/** Reads figures until they are what a check expects; throws CheckFailed. */
export async function untilCounted(read: () => Promise<readonly Sample[]>, metrics: MetricsSpec): Promise<void> {
  for (const end = Date.now() + patienceMs; ;) {
    try {
      return compareMetrics(await read(), metrics);
    } catch (error) {
      if (!(error instanceof CheckFailed) || Date.now() > end) throw error;
    }
    await delay(250);
  }
}

/** Compares figures with what a check expects of them; throws CheckFailed. */
function compareMetrics(samples: readonly Sample[], { expect: { counter, histogram, value, labels = [], ...others } }: MetricsSpec): void {
  holds(Object.keys(others).length === 0, `the runner does not know the expectation ${Object.keys(others).join(', ')}`);
  if (counter !== undefined) {
    const own = namesOf(counter);
    const found = samples.filter(({ name }) => own.includes(name));
    holds(found.reduce((sum, sample) => sum + sample.value, 0) === value, `${counter} is ${found.map((it) => it.value).join(' + ')}, expected ${value}`);
    for (const label of labels) {
      const name = labelNames[label];
      if (name === undefined) throw new CheckFailed(`the runner does not know the label "${label}"`);
      holds(found.every((sample) => sample.labels.has(name)), `${counter} has no label ${name}`);
    }
  }
  if (histogram !== undefined) {
    const own = namesOf(histogram).map((it) => `${it}_bucket`);
    const buckets = samples.filter(({ name }) => own.includes(name));
    holds(buckets.length > 1 && buckets.some(({ value: count, labels: own }) => own.get('le') === '+Inf' && count > 0), `${histogram} has observed nothing`);
    holds([...Map.groupBy(buckets, seriesOf).values()].every((series) => series.every((bucket, index) => index === 0 || bucket.value >= series[index - 1]!.value)), 'the buckets are not cumulative');
  }
}

/** The labels but for the bound of a bucket. */
function seriesOf({ labels }: Sample): string {
  return JSON.stringify([...labels].filter(([name]) => name !== 'le'));
}

function namesOf(words: string): readonly string[] {
  const found = names[words];
  if (found === undefined) throw new CheckFailed(`the runner does not know the metric "${words}"`);
  return found;
}
