import type { ServicePort } from '../../api/index.ts';
import { answersOn, demoManager, managedByLabel, serviceNameLabel, type DemoService } from './demo-services.ts';
import type { DemoPod } from './plan-demo.ts';

/** Where a pod's container port really listens. */
export interface BoundPorts {
  /** The local port, or undefined where nothing listens for it. */
  find(pod: DemoPod, containerPort: number): number | undefined;
}

/**
 * The EndpointSlices that Kubernetes' endpoint controller would write, by name. Each pod listens on a port of its own, so
 * each pod has a slice of its own in its Services.
 */
export function demoSlices(services: readonly DemoService[], pods: readonly DemoPod[], bound: BoundPorts): Map<string, unknown> {
  const slices = new Map<string, unknown>();
  for (const service of services) {
    for (const pod of pods) {
      if (!service.selects(pod)) continue;
      const ports = service.ports.flatMap((port) => slicePort(port, pod, bound));
      if (ports.length > 0) slices.set(`${service.namespace}/${service.name}.${pod.name}`, slice(service, pod, ports));
    }
  }
  return slices;
}

/** The container port that a Service's port leads to in a pod; undefined where the pod has no port of that name. */
export function containerPort(port: ServicePort, pod: DemoPod): number | undefined {
  const target = port.targetPort;
  if (typeof target === 'number') return target;
  return pod.ports.find((candidate) => candidate.name === target && candidate.protocol === port.protocol)?.port;
}

function slicePort(port: ServicePort, pod: DemoPod, bound: BoundPorts): unknown[] {
  const target = answersOn(port, pod) ? containerPort(port, pod) : undefined;
  const local = target === undefined ? undefined : bound.find(pod, target);
  return local === undefined ? [] : [{ name: port.name ?? '', port: local, protocol: port.protocol }];
}

function slice(service: DemoService, pod: DemoPod, ports: readonly unknown[]): unknown {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service.name}.${pod.name}`,
      namespace: service.namespace,
      labels: { [serviceNameLabel]: service.name, [managedByLabel]: demoManager },
    },
    addressType: 'IPv4',
    ports,
    endpoints: [{
      addresses: ['127.0.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
    }],
  };
}
