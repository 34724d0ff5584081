import type { Origin } from '../../../contract/index.ts';
import type { AccessLog, Matcher, StatsAccessLogTag } from '../../gen/messages.ts';
import type { EnvoyTerms } from '../envoy-resources.ts';
import { requestStats } from '../names.ts';
import { ownerOf, toldOf } from '../told.ts';
import { extension } from '../typed.ts';

/**
 * Counts requests as the native proxy does, with its labels (docs/telemetry.md). `listeners`: those whose requests may come this way. What is of a request's
 * host, route and backend is asked of their metadata when it has ended, so that no edit of a route changes a listener.
 */
export function requestMetrics(listeners: readonly Origin[], { metricsByRoute }: EnvoyTerms): AccessLog {
  const where = [...listenerTags(listeners), ...(metricsByRoute === true ? ruleTags : []), ...backendTags];
  return extension('envoy.access_loggers.stats', 'envoy.extensions.access_loggers.stats.v3.Config', {
    // Without a sharing name: with one, Envoy 1.40 ends by a segmentation fault when it has validated a configuration. Equal names are one figure in any case.
    stats_scope: { prefix: requestStats.prefix },
    counters: [{ stat: { name: requestStats.requests, tags: [...where, ...codeTags] }, value_fixed: 1 }],
    histograms: [{ stat: { name: requestStats.duration, tags: where }, unit: 'Milliseconds', value_format: '%DURATION%' }],
  });
}

/** A socket is of one Gateway, on which requests are counted too that none of its listeners took. */
function listenerTags(listeners: readonly Origin[]): StatsAccessLogTag[] {
  const [one] = listeners;
  return [
    ...(one === undefined ? [] : fixed({ gateway_namespace: ownerOf(one).namespace, gateway: ownerOf(one).name })),
    { name: 'listener', value_format: toldOf('VIRTUAL_HOST', 'listener') }, { name: 'listener_set', value_format: toldOf('VIRTUAL_HOST', 'listener_set') },
  ];
}

/** Envoy takes no empty value, which says as much as none. */
function fixed(values: Readonly<Record<string, string>>): StatsAccessLogTag[] {
  return Object.entries(values).filter(([, value]) => value !== '').map(([name, value]) => ({ name, value_format: value.replaceAll('%', '%%') }));
}

const ruleTags: readonly StatsAccessLogTag[] = [
  { name: 'route_kind', value_format: toldOf('ROUTE', 'route_kind') }, { name: 'route_namespace', value_format: toldOf('ROUTE', 'route_namespace') },
  { name: 'route', value_format: toldOf('ROUTE', 'route_name') }, { name: 'rule', value_format: toldOf('ROUTE', 'rule') },
];

const backendTags: readonly StatsAccessLogTag[] = [
  { name: 'backend_kind', value_format: toldOf('CLUSTER', 'kind') }, { name: 'backend_namespace', value_format: toldOf('CLUSTER', 'namespace') },
  { name: 'backend', value_format: toldOf('CLUSTER', 'name') }, { name: 'backend_port', value_format: toldOf('CLUSTER', 'port') },
];

/** Where the client got no answer there is no status, and its code is 0. */
const codeTags: readonly StatsAccessLogTag[] = [
  { name: 'code', value_format: '%RESPONSE_CODE%', rules: replaced('0', 'none') },
  { name: 'code_class', value_format: '%RESP(:STATUS):1%xx', rules: replaced('xx', 'none') },
];

/** Writes one value of a label as another. */
function replaced(value: string, by: string): Matcher {
  return {
    matcher_tree: {
      input: extension('value', 'envoy.extensions.matching.common_inputs.stats.v3.StatTagValueInput', {}),
      exact_match_map: { map: { [value]: { action: extension('write', 'envoy.extensions.matching.actions.transform_stat.v3.TransformStat', { update_tag: { new_tag_value: by } }) } } },
    },
  };
}
