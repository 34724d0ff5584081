import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { echoPod } from './echo-pod.ts';
import type { PlainObject } from './suite-objects.ts';

/** A pod of a Deployment with its address; every one has an address of its own, as in a cluster. */
export interface Pod {
  readonly deployment: string;
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly labels: { readonly [name: string]: string };
}

interface DeploymentSpec {
  readonly replicas?: number;
  readonly template: {
    readonly metadata: { readonly labels: { readonly [name: string]: string } };
    readonly spec: { readonly containers: readonly { readonly env?: readonly { readonly name: string }[] }[] };
  };
}

interface ServiceSpec {
  readonly selector?: { readonly [name: string]: string };
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: number; readonly protocol?: string }[];
}

/** Backends of other protocols come with issue 4. */
function speaksHttp(spec: DeploymentSpec): boolean {
  return !spec.template.spec.containers.some((container) => container.env?.some((one) => one.name.endsWith('_ECHO_SERVER')));
}

/** The pods of all Deployments, named as Kubernetes names them, with addresses that begin with `network`. */
export function podsOf(objects: readonly PlainObject[], network: string): Pod[] {
  let address = 0;
  return objects.filter((object) => object.kind === 'Deployment').flatMap((deployment) => {
    const spec = deployment['spec'] as DeploymentSpec;
    const { name, namespace = 'default' } = deployment.metadata;
    const hash = createHash('sha256').update(`${namespace}/${name}`).digest('hex');
    return Array.from({ length: speaksHttp(spec) ? spec.replicas ?? 1 : 0 }, (_, index): Pod => ({
      deployment: name, namespace, name: `${name}-${hash.slice(0, 9)}-${hash.slice(10 + index, 15 + index)}`,
      address: `${network}.${(address += 1)}`, labels: spec.template.metadata.labels,
    }));
  });
}

/** Endpoints of an EndpointSlice that name these pods. */
export function endpoints(pods: readonly Pod[]): unknown[] {
  return pods.map((pod) => ({
    addresses: [pod.address], conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
  }));
}

/** The EndpointSlices that Kubernetes makes for Services with a selector. */
export function slicesOf(objects: readonly PlainObject[], pods: readonly Pod[]): PlainObject[] {
  return objects.filter((object) => object.kind === 'Service').flatMap((service) => {
    const { selector, ports } = service['spec'] as ServiceSpec;
    if (selector === undefined) return [];
    const { name, namespace } = service.metadata;
    const chosen = pods.filter((pod) => pod.namespace === namespace
      && Object.entries(selector).every(([label, value]) => pod.labels[label] === value));
    return [{
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
      metadata: { ...(namespace === undefined ? {} : { namespace }), name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      ports: ports.map((port) => ({ name: port.name ?? '', port: port.targetPort ?? port.port, protocol: port.protocol ?? 'TCP' })),
      endpoints: endpoints(chosen),
    }];
  });
}

/** The HTTP port of every echo backend of the suite. */
const echoPort = 3000;

/** Starts an echo server for each pod on the pod's own address; the answer stops them. */
export async function startPods(pods: readonly Pod[]): Promise<() => void> {
  const servers: Server[] = pods.map((pod) => echoPod(pod).listen(echoPort, pod.address));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
}
