import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** The HTTP port of every echo backend in the suite's manifests. */
export const containerPort = 3000;

interface SlicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
}

/** Pods, and the port that stands for the container port of all of them. */
export interface RunningPods {
  readonly pods: readonly Pod[];
  readonly port: number;
}

function withEndpoints(slice: PlainObject, { pods, port }: RunningPods): PlainObject {
  const ports = (slice['ports'] as SlicePort[]).map((one) => (one.port === containerPort ? { ...one, port } : one));
  const endpoints = pods.map((pod) => ({
    addresses: [pod.address], conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
  }));
  return { ...slice, ports, endpoints };
}

/** An EndpointSlice of the manifests with the pods of a Deployment in it, as HTTPRouteServiceTypes fills it by hand. */
export function filledSlice(slice: PlainObject, deployment: string, running: RunningPods): PlainObject {
  return withEndpoints(slice, { ...running, pods: running.pods.filter((pod) => pod.deployment === deployment) });
}

/** The EndpointSlices that Kubernetes makes for Services with a selector. */
export function slicesOf(objects: readonly PlainObject[], running: RunningPods): PlainObject[] {
  return objects.filter((object) => object.kind === 'Service').flatMap((service) => {
    const { selector, ports } = service['spec'] as ServiceSpec;
    if (selector === undefined) return [];
    const { name, namespace } = service.metadata;
    const chosen = running.pods.filter((pod) => pod.namespace === namespace
      && Object.entries(selector).every(([label, value]) => pod.labels[label] === value));
    return [withEndpoints({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
      metadata: { ...(namespace === undefined ? {} : { namespace }), name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      ports: ports.map((port) => ({ name: port.name ?? '', port: port.targetPort ?? port.port, protocol: port.protocol ?? 'TCP' })),
    }, { ...running, pods: chosen })];
  });
}

/** Starts an echo server for each pod on the pod's own address, all on one port: `port`, or one that the kernel gives. */
export async function startPods(pods: readonly Pod[], port = 0): Promise<RunningPods & { stop(): void }> {
  const servers: Server[] = [];
  let chosen = port;
  for (const pod of pods) {
    const server = echoPod(pod).listen(chosen, pod.address);
    servers.push(server);
    await once(server, 'listening');
    chosen = (server.address() as AddressInfo).port;
  }
  const stop = (): void => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { pods, port: chosen, stop };
}
