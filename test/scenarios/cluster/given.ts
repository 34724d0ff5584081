import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Manifests, type Manifest } from '../manifests.ts';
import type { World } from '../stage.ts';
import type { Cluster } from './cluster.ts';
import { applyBundle, newest, removeBundle } from './bundles.ts';
import { pathOf } from './kinds.ts';
import { enforcePolicy, liftPolicy } from './mutating-policy.ts';
import { giveParameters } from './parameters.ts';

/** What the words of `given` mean for a cluster, beside the manifests. */
export interface Given {
  /** Nothing of the scenario may be there before. */
  readonly isFresh?: boolean;
  /** The check's own steps apply what they need. */
  readonly isBare?: boolean;
  enter?(cluster: Cluster, manifests: Manifests): Promise<void> | void;
  /** Once the manifests are applied. */
  entered?(world: World): Promise<void>;
  leave?(cluster: Cluster): Promise<void>;
}

const gatewayName = 'gateway.networking.k8s.io/gateway-name';

const noAddresses: Given = {
  isFresh: true,
  enter: (cluster) => scaleLoadBalancer(cluster, 0),
  leave: (cluster) => scaleLoadBalancer(cluster, 1),
};

/** Without the Gateway API, and without Postern; both come back. */
const bare: Given = {
  isFresh: true, isBare: true,
  enter: takeOut,
  async leave(cluster) {
    await cluster.postern.stop();
    await removeBundle(cluster);
    await applyBundle(cluster, newest);
    await cluster.postern.start();
    await cluster.postern.untilReady(60);
  },
};

const onlyStandard: Given = {
  ...bare,
  async enter(cluster) {
    await takeOut(cluster);
    await applyBundle(cluster, { version: 'v1.7.0', channel: 'standard' });
  },
};

const table: readonly (readonly [pattern: RegExp, given: (words: readonly string[]) => Given])[] = [
  [/^kubectl port-forward of the generated Service in (\S+), (\d+) to (\d+)$/, ([namespace = '', from, to]) => portForward(namespace, `${from}:${to}`)],
  [/^nothing fills in the Service's load balancer status$|^MetalLB not installed$/, () => noAddresses],
  [/^the Service's status.loadBalancer.ingress holds hostname (\S+)$/, ([hostname]) => reported({ hostname })],
  [/^a load balancer that reports a host name$/, () => reported({ hostname: 'shared-1234.elb.example.com' })],
  [/^metallb-192.168.10.yaml$/, () => ({ isFresh: true })],
  [/^(\S+) with external-dns$/, ([scenario = '']) => ({ isFresh: true, enter: (_, manifests) => playInstead(manifests, scenario) })],
  [/^an OTLP receiver behind (\S+)\/(\S+)$/, ([namespace = '', app = '']) => ({ enter: (_, manifests) => manifests.add('given.yaml', receiver(namespace, app)) })],
  [/^an empty cluster, none of the gateway.networking.k8s.io CRDs installed$/, () => bare],
  [/^v1.7.0 (standard )?bundle/, ([channel]) => (channel === undefined ? {} : onlyStandard)],
  [/^apply CRDs, Postern, Gateways, apps and backends|^for each entry install the bundle into an empty cluster/, () => bare],
  [/^install the experimental bundle over it$/, () => ({ ...onlyStandard, entered: async ({ cluster }) => { await cluster?.postern.start(); } })],
  [/^no spec.infrastructure on the Gateway, manifests\/kyverno-clusterpolicy.yaml/, () => ({ isFresh: true, enter: enforcePolicy, leave: liftPolicy })],
  [/^parameters on the GatewayClass or on the Gateway \(parametersRef\) that name (\S+)$/, ([loadBalancerClass]) => ({
    // The class of a Service cannot change.
    isFresh: true, enter: (_, manifests) => giveParameters(manifests, 'echo', { service: { loadBalancerClass } }),
  })],
  [/^another controller wrote a parent entry for (\S+)$/, ([gateway = '']) => ({ entered: (world) => writeForeignEntry(world, gateway) })],
];

/** The meaning of a `given` text, or of a first step, on a cluster; undefined where the manifests are all that it changes. */
export function givenOnCluster(text: string): Given | undefined {
  for (const [pattern, given] of table) {
    const words = pattern.exec(text);
    if (words !== null) return given(words.slice(1));
  }
  return undefined;
}

async function takeOut(cluster: Cluster): Promise<void> {
  await cluster.postern.stop();
  await removeBundle(cluster);
}

/** Puts another scenario's manifests in the place of these. */
async function playInstead(manifests: Manifests, scenario: string): Promise<void> {
  const others = await Manifests.copy([join(import.meta.dirname, '../cases', scenario, 'manifests')]);
  manifests.remove(() => true);
  manifests.add('instead.yaml', ...others.objects);
  await others.discard();
}

/** A pod that takes spans and prints their traces. */
function receiver(namespace: string, app: string): Manifest {
  const env = [['PROTOCOL', 'otlp'], ['PORT', '4317']].map(([name, value]) => ({ name, value }));
  const template = { metadata: { labels: { app } }, spec: { containers: [{ name: 'receiver', image: 'postern.dev/echo:dev', imagePullPolicy: 'IfNotPresent', env }] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: app }, spec: { replicas: 1, selector: { matchLabels: { app } }, template } };
}

/** MetalLB's controller is what gives addresses. */
async function scaleLoadBalancer(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.mustKubectl(['-n', 'metallb-system', 'scale', 'deployment/controller', `--replicas=${replicas}`]);
  await cluster.mustKubectl(['-n', 'metallb-system', 'rollout', 'status', 'deployment/controller', '--timeout=60s']);
  // A pod on its way out counts no more, and still gives addresses.
  if (replicas === 0) await cluster.mustKubectl(['-n', 'metallb-system', 'wait', '--for=delete', 'pod', '-l', 'app=metallb,component=controller', '--timeout=60s']);
}

/** In the place of a cloud's load balancer, which reports names instead of addresses. */
function reported(ingress: { readonly hostname?: string | undefined }): Given {
  return {
    ...noAddresses,
    async entered({ cluster, manifests }) {
      if (cluster === undefined) return;
      const homes = new Set(manifests.objects.filter(({ kind }) => kind === 'Gateway').map(({ metadata }) => metadata.namespace));
      const services = await cluster.until('the Services of Gateways', 30, async () => {
        const found = (await cluster.api.list(pathOf('Service', { selector: gatewayName }))).filter(({ metadata }) => homes.has(metadata.namespace));
        return found.length === 0 ? undefined : found;
      });
      for (const { metadata } of services) await cluster.api.merge(`${pathOf('Service', metadata)}/status`, { status: { loadBalancer: { ingress: [ingress] } } });
    },
  };
}

function portForward(namespace: string, ports: string): Given {
  let child: ChildProcess | undefined;
  return {
    async entered({ cluster }) {
      if (cluster === undefined) return;
      const service = await cluster.until('the Gateway\'s Service', 30, async () => (await cluster.api.list(pathOf('Service', { namespace, selector: gatewayName })))[0]);
      await cluster.mustKubectl(['-n', namespace, 'rollout', 'status', `deployment/${service.metadata.name}`, '--timeout=60s']);
      child = spawn('kubectl', ['-n', namespace, 'port-forward', `service/${service.metadata.name}`, ports], { stdio: ['ignore', 'pipe', 'inherit'] });
      if (child.stdout !== null) await once(child.stdout, 'data');
    },
    async leave() {
      if (child === undefined || child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** What another implementation would write into the statuses of the routes that name its Gateway. */
async function writeForeignEntry({ cluster, manifests }: World, gateway: string): Promise<void> {
  if (cluster === undefined) return;
  for (const { kind, metadata, spec } of manifests.objects) {
    if (kind !== 'HTTPRoute' || !(spec.parentRefs as { name: string }[]).some((it) => it.name === gateway)) continue;
    const path = pathOf(kind, metadata);
    const ours = ((await cluster.api.get(path))?.status?.parents ?? []) as object[];
    const condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 1, lastTransitionTime: new Date().toISOString().replace(/\.\d+/, '') };
    const entry = { parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway }, controllerName: 'linkerd.io/gateway-controller', conditions: [condition] };
    await cluster.api.merge(`${path}/status`, { status: { parents: [...ours, entry] } });
  }
}
