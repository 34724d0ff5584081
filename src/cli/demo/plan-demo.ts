import type { Modeled } from '../../model/index.ts';
import { resolveEnvironment, type ContainerVariable } from './environment.ts';
import { deploymentPodName } from './pod-name.ts';
import { servesByDemo, type ServiceView, type SliceView } from './demo-services.ts';

/** A port that a container declares. */
export interface DemoPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** One pod that the demo stands for. */
export interface DemoPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly app: string;
  readonly version: string;
  /** What the app speaks: `http`, or `https`, `grpc`, `tcp`, `udp`, which the demo does not answer yet. */
  readonly protocol: string;
  readonly ports: readonly DemoPort[];
  readonly environment: ReadonlyMap<string, string>;
}

interface ContainerView {
  readonly ports?: readonly { readonly name?: string | undefined; readonly containerPort: number; readonly protocol?: string | undefined }[] | undefined;
  readonly env?: readonly ContainerVariable[] | undefined;
}

interface PodView {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> | undefined; readonly annotations?: Readonly<Record<string, string>> | undefined };
  readonly spec: { readonly containers: readonly ContainerView[] };
}

interface DeploymentView {
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly template: { readonly metadata?: PodView['metadata'] | undefined; readonly spec?: PodView['spec'] | undefined };
  };
}

/** The part of a `Model` that the demo reads. */
export interface DemoModel {
  readonly objects: {
    readonly Service: ReadonlyMap<string, Modeled<ServiceView>>;
    readonly EndpointSlice: ReadonlyMap<string, Modeled<SliceView>>;
    readonly Deployment: ReadonlyMap<string, Modeled<DeploymentView>>;
    readonly Pod: ReadonlyMap<string, Modeled<PodView>>;
  };
}

/** The pods of the manifests that a Service without endpoints of its own selects: each replica of each Deployment, and bare Pods. */
export function planDemo(model: DemoModel): DemoPod[] {
  const services = servesByDemo(model);
  const pods: DemoPod[] = [];
  for (const pod of everyPod(model)) {
    if (services.some((service) => service.selects(pod))) pods.push(pod);
  }
  return pods;
}

function* everyPod(model: DemoModel): Generator<DemoPod> {
  for (const { ref, object } of model.objects.Deployment.values()) {
    const template: PodView = { metadata: object.spec.template.metadata ?? {}, spec: object.spec.template.spec ?? { containers: [] } };
    for (let ordinal = 0; ordinal < (object.spec.replicas ?? 1); ordinal++) {
      yield demoPod({ namespace: ref.namespace, name: deploymentPodName(ref.namespace, ref.name, ordinal), owner: ref.name }, template);
    }
  }
  for (const { ref, object } of model.objects.Pod.values()) {
    yield demoPod({ namespace: ref.namespace, name: ref.name, owner: ref.name }, object);
  }
}

function demoPod(identity: { namespace: string; name: string; owner: string }, pod: PodView): DemoPod {
  const { namespace, name, owner } = identity;
  const labels = pod.metadata.labels ?? {};
  const fields = { name, namespace, labels, annotations: pod.metadata.annotations ?? {} };
  const containers = pod.spec.containers;
  // The container that says what it is speaks for the pod; sidecars beside it have no APP.
  const speaker = containers.find((container) => container.env?.some((variable) => variable.name === 'APP')) ?? containers[0];
  const environment = resolveEnvironment(speaker?.env ?? [], fields);
  return {
    namespace, name, labels, environment,
    app: environment.get('APP') ?? labels['app'] ?? labels['app.kubernetes.io/name'] ?? owner,
    version: environment.get('VERSION') ?? labels['version'] ?? labels['app.kubernetes.io/version'] ?? '',
    protocol: (environment.get('PROTOCOL') ?? 'http').toLowerCase(),
    ports: containers.flatMap((container) => container.ports ?? []).map((port) => ({
      name: port.name ?? '', port: port.containerPort, protocol: port.protocol ?? 'TCP',
    })),
  };
}
