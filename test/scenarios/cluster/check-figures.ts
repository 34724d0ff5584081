import { CheckFailed, type Check, type MetricsSpec } from '../check.ts';
import { untilCounted } from '../check-metrics.ts';
import { checkRequest } from '../check-request.ts';
import { readMetrics, type Sample } from '../metrics-text.ts';
import type { World } from '../stage.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

/** Sends the requests that `given` names and adds up what the Gateway's data planes counted of them. */
export async function checkFigures(check: Check, metrics: MetricsSpec, { world, cluster }: { world: World; cluster: Cluster }): Promise<undefined> {
  const [, repeat = '1', via = 'echo/echo'] = /^(\d+) requests through (\S+)$/.exec(metrics.given ?? '1 requests through echo/echo') ?? [];
  const [namespace = '', name = ''] = via.split('/');
  const request = { scheme: 'http', port: 80 };
  await checkRequest({ name: check.name, via, request, expect: { status: 200 } }, world);
  const before = await scrape(cluster, namespace, name);
  await checkRequest({ name: check.name, via, repeat: Number(repeat), request, expect: { status: 200 } }, world);
  await untilCounted(async () => grown(before, await scrape(cluster, namespace, name)), metrics);
  return undefined;
}

/** Of data planes. */
const adminPort = 15021;

async function scrape(cluster: Cluster, namespace: string, gateway: string): Promise<Map<string, Sample>> {
  const pods = await cluster.api.list(pathOf('Pod', { namespace, selector: `gateway.networking.k8s.io/gateway-name=${gateway}` }));
  if (pods.length === 0) throw new CheckFailed(`Gateway ${namespace}/${gateway} has no pods`);
  const texts = await Promise.all(pods.map(({ metadata }) => cluster.api.text(`${pathOf('Pod', { namespace, name: `${metadata.name}:${adminPort}` })}/proxy/metrics`)));
  const sums = new Map<string, Sample>();
  for (const sample of texts.flatMap(readMetrics)) {
    const key = `${sample.name} ${JSON.stringify([...sample.labels])}`;
    sums.set(key, { ...sample, value: (sums.get(key)?.value ?? 0) + sample.value });
  }
  return sums;
}

/** By how much each sample grew. */
function grown(before: ReadonlyMap<string, Sample>, after: ReadonlyMap<string, Sample>): Sample[] {
  return [...after].map(([key, sample]) => ({ ...sample, value: sample.value - (before.get(key)?.value ?? 0) }));
}
