import type { Applied } from '../controller/index.ts';
import { gatewayProgrammed } from '../status/index.ts';
import { statusObjects } from './status-yaml.ts';

/** The machine-readable form of one applied configuration: one JSON object a line (`serve -o json`). */
export function appliedEvent(applied: Applied): object {
  const { revision, graph, placement, report, findings, statuses } = applied;
  return {
    event: 'applied',
    revision,
    gateways: [...graph.gateways.values()].map((node) => {
      const place = placement.get(node.gateway.key);
      const address = place?.addresses[0]?.value;
      return {
        namespace: node.ref.namespace,
        name: node.ref.name,
        class: node.gateway.object.spec.gatewayClassName,
        programmed: gatewayProgrammed(node, place, report).ok,
        addresses: place?.addresses.map((it) => it.value) ?? [],
        listeners: node.listeners.map(({ key, name, port, owner }) => ({
          name, port, owner: { kind: owner.kind, namespace: owner.namespace, name: owner.name },
          ...(address === undefined || report.listeners[key]?.state !== 'serving' ? {} : { bound: { address, port: place?.ports.get(port) ?? port } }),
        })),
      };
    }),
    findings,
    objects: statusObjects(statuses),
  };
}
