import type { MetricLabels, Origin } from '../../contract/index.ts';
import type { BackendMeter } from './backend-meter.ts';

/** Labels of a listener, or of a socket where no listener took a request. They name the objects that people wrote. */
export function listenerLabels({ kind, namespace, name, section, parent }: Origin): MetricLabels {
  const owner = parent ?? { namespace, name };
  return [
    ['gateway_namespace', owner.namespace], ['gateway', owner.name], ['listener', section ?? ''],
    ...(parent === undefined || kind === 'Gateway' ? [] : [['listener_set', `${namespace}/${name}`] as const]),
  ];
}

/** Labels of a rule; only where routes are told apart. */
export function ruleLabels(rule: Origin | undefined): MetricLabels {
  if (rule === undefined) return [];
  return [['route_kind', rule.kind], ['route_namespace', rule.namespace], ['route', rule.name], ['rule', ruleName(rule)]];
}

/** A rule's name, or its index. */
export function ruleName({ rule, ruleName: name }: Origin): string {
  return name ?? (rule === undefined ? '' : String(rule));
}

/** Labels of a backend; empty for what was answered without one. */
export function backendLabels(backend: BackendMeter | undefined): MetricLabels {
  const { kind = '', namespace = '', name = backend?.key ?? '' } = backend?.origin ?? {};
  return [['backend_kind', kind], ['backend_namespace', namespace], ['backend', name], ['backend_port', backend?.port ?? '']];
}
