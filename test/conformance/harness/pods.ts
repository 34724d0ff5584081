import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { Socket, type AddressInfo, type Server } from 'node:net';
import { echoPod, http2EchoPod } from './echo-pod.ts';
import { grpcPod } from './grpc-pod.ts';
import { tcpPod, udpPod, type KeyPair } from './stream-pod.ts';
import type { PlainObject } from './suite-objects.ts';

/** A pod of a Deployment with its address; every one has an address of its own, as in a cluster. */
export interface Pod {
  readonly deployment: string;
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly labels: { readonly [name: string]: string };
  /** `nothing`: its server is at a port that no Service names. */
  readonly speaks: 'http' | 'grpc' | 'tcp' | 'udp' | 'nothing';
  /** Paths of the HTTP requests that have reached it. */
  readonly seen: string[];
  /** Where it has one, it also serves over TLS. */
  readonly pair?: KeyPair;
  /** PEM of the authorities that must vouch for its clients. */
  readonly clientAuthorities?: string;
}

interface DeploymentSpec {
  readonly replicas?: number;
  readonly template: {
    readonly metadata: { readonly labels: { readonly [name: string]: string } };
    readonly spec: {
      readonly containers: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
      readonly volumes?: readonly { readonly secret?: { readonly secretName: string }; readonly configMap?: { readonly name: string } }[];
    };
  };
}

interface ServiceSpec {
  readonly selector?: { readonly [name: string]: string };
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: number; readonly protocol?: string }[];
}

/** What a backend speaks. */
function protocolOf(spec: DeploymentSpec): Pod['speaks'] {
  const variables = spec.template.spec.containers.flatMap((container) => container.env ?? []);
  const names = variables.map(({ name }) => name);
  const port = variables.find(({ name }) => name === 'TCP_PORT')?.value;
  if (names.includes('TCP_ECHO_SERVER')) return port === undefined || port === String(containerPort) ? 'tcp' : 'nothing';
  if (names.includes('UDP_ECHO_SERVER')) return 'udp';
  return names.includes('GRPC_ECHO_SERVER') ? 'grpc' : 'http';
}

/** The key pair that a pod mounts. */
function pairOf(spec: DeploymentSpec, namespace: string, objects: readonly PlainObject[]): KeyPair | undefined {
  const name = spec.template.spec.volumes?.find(({ secret }) => secret !== undefined)?.secret?.secretName;
  const secret = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name && metadata.namespace === namespace);
  const data = secret?.['data'] as { readonly 'tls.crt': string; readonly 'tls.key': string } | undefined;
  return data === undefined ? undefined : { certificate: Buffer.from(data['tls.crt'], 'base64').toString(), key: Buffer.from(data['tls.key'], 'base64').toString() };
}

/** The bundle that a pod mounts to check its clients with. */
function clientAuthoritiesOf(spec: DeploymentSpec, namespace: string, objects: readonly PlainObject[]): string | undefined {
  const name = spec.template.spec.volumes?.find(({ configMap }) => configMap !== undefined)?.configMap?.name;
  const found = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name && metadata.namespace === namespace);
  return (found?.['data'] as { readonly 'ca.crt'?: string } | undefined)?.['ca.crt'];
}

/** The pods of all Deployments, named as Kubernetes names them, with addresses that begin with `network`. `others` are objects that they may mount. */
export function podsOf(objects: readonly PlainObject[], network: string, others: readonly PlainObject[] = []): Pod[] {
  let address = 0;
  return objects.filter((object) => object.kind === 'Deployment').flatMap((deployment) => {
    const spec = deployment['spec'] as DeploymentSpec;
    const { name, namespace = 'default' } = deployment.metadata;
    const speaks = protocolOf(spec);
    const pair = pairOf(spec, namespace, [...objects, ...others]);
    const clientAuthorities = clientAuthoritiesOf(spec, namespace, [...objects, ...others]);
    const hash = createHash('sha256').update(`${namespace}/${name}`).digest('hex');
    return Array.from({ length: spec.replicas ?? 1 }, (_, index): Pod => ({
      deployment: name, namespace, name: `${name}-${hash.slice(0, 9)}-${hash.slice(10 + index, 15 + index)}`,
      address: `${network}.${(address += 1)}`, labels: spec.template.metadata.labels,
      speaks, seen: [], ...(pair === undefined ? {} : { pair }), ...(clientAuthorities === undefined ? {} : { clientAuthorities }),
    }));
  });
}

/** The HTTP port, or the plain TCP port, of every echo backend in the suite's manifests. */
export const containerPort = 3000;
const securePort = 8443;
/** Where HTTP backends speak HTTP/2 by prior knowledge. */
const http2Port = 3001;
const udpPort = 8080;

interface SlicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
}

/** Pods, and the port that stands for the container port of all of them; where they run, also those for TLS and UDP. */
export interface RunningPods {
  readonly pods: readonly Pod[];
  readonly port: number;
  readonly securePort?: number;
  readonly http2Port?: number;
  readonly udpPort?: number;
}

function realPort(one: SlicePort, running: RunningPods): number {
  if (one.protocol === 'UDP') return one.port === udpPort ? running.udpPort ?? udpPort : one.port;
  if (one.port === securePort) return running.securePort ?? securePort;
  if (one.port === http2Port) return running.http2Port ?? http2Port;
  return one.port === containerPort ? running.port : one.port;
}

function withEndpoints(slice: PlainObject, running: RunningPods): PlainObject {
  const ports = (slice['ports'] as SlicePort[]).map((one) => ({ ...one, port: realPort(one, running) }));
  const endpoints = running.pods.map((pod) => ({
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

type Ports = Omit<RunningPods, 'pods'>;

interface Closing {
  stop(): void;
}

async function listen(server: Server, place: { readonly port: number; readonly host: string }): Promise<Closing & { readonly port: number }> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(place);
  await once(server, 'listening');
  const stop = (): void => {
    server.close();
    (server as Partial<HttpServer>).closeAllConnections?.();
    for (const socket of open) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

async function bindUdp(pod: Pod, port: number): Promise<Closing & { readonly port: number }> {
  const socket = udpPod(pod);
  socket.bind(port, pod.address);
  await once(socket, 'listening');
  return { port: socket.address().port, stop: () => socket.close() };
}

/** Starts the servers of each pod on the pod's own address, each kind on one port for all pods: the given one, or one of the kernel's choice. */
export async function startPods(pods: readonly Pod[], given: Ports = { port: 0 }): Promise<RunningPods & Closing> {
  const started: Closing[] = [];
  const ports = { port: given.port, securePort: given.securePort ?? 0, http2Port: given.http2Port ?? 0, udpPort: given.udpPort ?? 0 };
  const start = async (which: keyof typeof ports, begin: (port: number) => Promise<Closing & { readonly port: number }>): Promise<void> => {
    const running = await begin(ports[which]);
    started.push(running);
    ports[which] = running.port;
  };
  for (const pod of pods) {
    const host = pod.address;
    if (pod.speaks === 'nothing') continue;
    if (pod.speaks === 'udp') await start('udpPort', (port) => bindUdp(pod, port));
    else {
      const serverOf = { tcp: tcpPod, grpc: grpcPod, http: echoPod }[pod.speaks];
      await start('port', (port) => listen(serverOf(pod), { port, host }));
      if (pod.speaks === 'http') await start('http2Port', (port) => listen(http2EchoPod(pod), { port, host }));
      if (pod.pair !== undefined) await start('securePort', (port) => listen(serverOf(pod, pod.pair), { port, host }));
    }
  }
  return { pods, ...ports, stop: () => started.forEach((it) => it.stop()) };
}
