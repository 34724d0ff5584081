import type { ServicePort } from '../../api/index.ts';
import type { DemoModel, DemoPod } from './plan-demo.ts';

/** A Service whose pods the demo stands for, with the ports that nothing else serves. */
export interface DemoService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly ServicePort[];
  selects(pod: Pick<DemoPod, 'namespace' | 'labels'>): boolean;
}

/** The label by which an EndpointSlice names its Service. */
export const serviceNameLabel = 'kubernetes.io/service-name';

/** The label that tells the demo's own EndpointSlices from those of the user. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';

/** The value of `managedByLabel` on the demo's own EndpointSlices. */
export const demoManager = 'demo.postern.dev';

/** Services with a selector, without the ports that an EndpointSlice of the user or of a mapping already serves. */
export function servesByDemo(model: DemoModel): DemoService[] {
  const taken = portsServedElsewhere(model);
  const services: DemoService[] = [];
  for (const { ref, key, object } of model.objects.Service.values()) {
    const selector = Object.entries(object.spec.selector ?? {});
    if (selector.length === 0 || object.spec.type === 'ExternalName') continue;
    const served = taken.get(key);
    const ports = (object.spec.ports ?? []).filter((port) => served === undefined || !(served.has('*') || served.has(port.name ?? '')));
    if (ports.length === 0) continue;
    services.push({
      namespace: ref.namespace, name: ref.name, ports,
      selects: (pod) => pod.namespace === ref.namespace && selector.every(([label, value]) => pod.labels[label] === value),
    });
  }
  return services;
}

/** Whether the app of a pod answers on a Service port, by the transport that it speaks; one that ends TLS needs a key pair. */
export function answersOn(port: ServicePort, { protocol, keyPair }: DemoPod): boolean {
  switch (protocol) {
    case 'http': case 'grpc': case 'tcp': return port.protocol === 'TCP';
    case 'https': return port.protocol === 'TCP' && keyPair !== undefined;
    case 'udp': return port.protocol === 'UDP';
    default: return false;
  }
}

/** Port names that have endpoints, by Service key; `*` stands for a slice without a port list, which serves all. */
function portsServedElsewhere(model: DemoModel): Map<string, Set<string>> {
  const taken = new Map<string, Set<string>>();
  for (const { ref, object } of model.objects.EndpointSlice.values()) {
    const labels = object.metadata.labels ?? {};
    const service = labels[serviceNameLabel];
    if (service === undefined || labels[managedByLabel] === demoManager) continue;
    const key = `${ref.namespace}/${service}`;
    const names = taken.get(key) ?? new Set<string>();
    taken.set(key, names);
    if (object.ports === undefined || object.ports === null) names.add('*');
    else for (const port of object.ports) names.add(port.name ?? '');
  }
  return taken;
}
