import { CheckFailed, type MetricsSpec } from '../check.ts';
import { holds } from '../expect-answer.ts';
import { readMetrics } from '../metrics-text.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

/** Names of metrics, and kinds of what they count, by the words of the checks. */
const names: Readonly<Record<string, readonly [name: string, kind?: string]>> = {
  'reconciliations': ['postern_config_applies_total'], 'errors': ['postern_config_failures_total'], 'gateways': ['postern_config_objects', 'Gateway'],
  'routes': ['postern_config_objects', 'HTTPRoute'], 'connected proxies': ['postern_data_planes'],
};

/** Reads the figures of a controller and looks for those that a check names. */
export async function checkControllerFigures({ expect: { counters = [], gauges = [] } }: MetricsSpec, cluster: Cluster): Promise<undefined> {
  const [pod] = await cluster.api.list(pathOf('Pod', { namespace: 'postern-system', selector: 'app.kubernetes.io/component=controller' }));
  if (pod === undefined) throw new CheckFailed('there is no controller');
  const samples = readMetrics(await cluster.api.text(`${pathOf('Pod', { namespace: 'postern-system', name: `${pod.metadata.name}:8081` })}/proxy/metrics`));
  for (const words of [...counters, ...gauges]) {
    const [wanted, kind] = names[words] ?? [];
    holds(samples.some(({ name, labels }) => name === wanted && (kind === undefined || labels.get('kind') === kind)), `the controller has no ${wanted ?? words} ${kind ?? ''}`);
  }
  return undefined;
}
