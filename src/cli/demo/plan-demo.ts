import type { PodSpec, StringMap } from '../../api/index.ts';
import { Redacted } from '../../base/index.ts';
import { checkKeyPair } from '../../controller/index.ts';
import type { Model } from '../../model/index.ts';
import { resolveEnvironment } from './environment.ts';
import { deploymentPodName } from './pod-name.ts';
import { servesByDemo } from './demo-services.ts';

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
  readonly labels: StringMap;
  readonly app: string;
  readonly version: string;
  /** What the app speaks: `http`, `https`, `grpc`, `tcp` or `udp`. */
  readonly protocol: string;
  readonly ports: readonly DemoPort[];
  readonly environment: ReadonlyMap<string, string>;
  /** The key pair that a pod of protocol `https` mounts. */
  readonly keyPair?: KeyPair;
}

/** A certificate chain and its key, PEM. */
export interface KeyPair {
  readonly chain: string;
  readonly key: Redacted<string>;
}

/** The part of a `Model` that the demo reads. */
export interface DemoModel {
  readonly objects: Pick<Model['objects'], 'Service' | 'EndpointSlice' | 'Deployment' | 'Pod' | 'Secret'>;
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
    const { metadata, spec } = object.spec.template;
    for (let ordinal = 0; ordinal < object.spec.replicas; ordinal++) {
      yield demoPod({ namespace: ref.namespace, name: deploymentPodName(ref.namespace, ref.name, ordinal), owner: ref.name, ...metadata }, spec, model);
    }
  }
  for (const { ref, object } of model.objects.Pod.values()) {
    const { labels = {}, annotations = {} } = object.metadata;
    yield demoPod({ namespace: ref.namespace, name: ref.name, owner: ref.name, labels, annotations }, object.spec, model);
  }
}

interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  /** The name that stands in where the pod does not say what app it is. */
  readonly owner: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

function demoPod(identity: PodIdentity, spec: PodSpec | undefined, model: DemoModel): DemoPod {
  const { namespace, name, owner, labels = {}, annotations = {} } = identity;
  const { containers, volumes = [] } = spec ?? { containers: [] };
  // The container that says what it is speaks for the pod; sidecars beside it have no APP.
  const speaker = containers.find((container) => container.env?.some((variable) => variable.name === 'APP')) ?? containers[0];
  const environment = resolveEnvironment(speaker?.env ?? [], { name, namespace, labels, annotations });
  const protocol = (environment.get('PROTOCOL') ?? 'http').toLowerCase();
  return {
    namespace, name, labels, environment, protocol, ...(protocol === 'https' ? mountedKeyPair(namespace, volumes, model) : {}),
    ...appOf(environment, labels, owner),
    ports: containers.flatMap((container) => container.ports ?? []).map((port) => ({ name: port.name ?? '', port: port.containerPort, protocol: port.protocol })),
  };
}

/** What an app calls itself, else what its pod is labelled. */
function appOf(environment: ReadonlyMap<string, string>, labels: StringMap, owner: string): Pick<DemoPod, 'app' | 'version'> {
  return {
    app: environment.get('APP') ?? labels['app'] ?? labels['app.kubernetes.io/name'] ?? owner,
    version: environment.get('VERSION') ?? labels['version'] ?? labels['app.kubernetes.io/version'] ?? '',
  };
}

/** The key pair in the first Secret among the pod's volumes that holds one. */
function mountedKeyPair(namespace: string, volumes: NonNullable<PodSpec['volumes']>, { objects }: DemoModel): Pick<DemoPod, 'keyPair'> {
  for (const { secret } of volumes) {
    const data = objects.Secret.get(`${namespace}/${secret?.secretName ?? ''}`)?.object.data;
    const [chain, key] = [data?.['tls.crt'], data?.['tls.key']];
    if (chain === undefined || key === undefined) continue;
    const pair = { chain: Buffer.from(chain, 'base64').toString(), key: new Redacted(Buffer.from(key, 'base64').toString()) };
    if (!('error' in checkKeyPair(pair.chain, pair.key.reveal()))) return { keyPair: pair };
  }
  return {};
}
