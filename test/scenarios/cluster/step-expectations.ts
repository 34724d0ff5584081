import { CheckFailed } from '../check.ts';
import { holds } from '../expect-answer.ts';
import type { StepExpectation, Walk } from '../walk.ts';
import type { KubeObject } from './api.ts';
import type { Cluster } from './cluster.ts';
import { judgedKinds, pathOf } from './kinds.ts';

const gatewayName = 'gateway.networking.k8s.io/gateway-name';
const proxies = 'app.kubernetes.io/component=proxy';

/** What steps expect of objects that only a cluster has. */
export const clusterExpectations: Readonly<Record<string, StepExpectation>> = {
  gone: async (walk, kinds: string[], { expect }) => {
    const cluster = clusterOf(walk);
    const selector = String(expect['selector']);
    await cluster.until(`the end of ${kinds.join(', ')} of ${selector}`, seconds(expect['within']), async () => {
      const left = await Promise.all(kinds.map((kind) => cluster.api.list(pathOf(kind, { selector }))));
      return left.flat().length === 0 ? true : undefined;
    });
  },
  restarts: async (walk, expected: number) => {
    const { restarts } = await clusterOf(walk).postern.state();
    holds(restarts === expected, `${restarts} restarts of the controller, expected ${expected}`);
  },
  proxyRestarts: async (walk, expected: number) => {
    const pods = await clusterOf(walk).api.list(pathOf('Pod', { selector: proxies }));
    const restarts = pods.flatMap(({ status }) => (status?.containerStatuses ?? []) as { restartCount: number }[]).reduce((sum, it) => sum + it.restartCount, 0);
    holds(pods.length > 0 && restarts === expected, `${restarts} restarts of ${pods.length} data planes, expected ${expected}`);
  },
  pod: async (walk, expected: string) => {
    const cluster = clusterOf(walk);
    await cluster.until(`controllers ${expected}`, 60, async () => ((await cluster.postern.state()).isRunning ? true : undefined));
  },
  ready: async (walk, expected: boolean, { expect }) => {
    const cluster = clusterOf(walk);
    await cluster.until(`controllers ready: ${expected}`, seconds(expect['within']), async () => ((await cluster.postern.state()).isReady === expected ? true : undefined));
  },
  log: async (walk, expected: { contains?: string[]; notContains?: string[] }) => {
    const cluster = clusterOf(walk);
    const has = (log: string, word: string): boolean => log.toLowerCase().includes(word.toLowerCase());
    await cluster.until(`a log that says ${expected.contains?.join(' and ')}`, 20, async () => {
      const log = await cluster.postern.log();
      return (expected.contains ?? []).every((word) => has(log, word)) ? true : undefined;
    });
    const log = await cluster.postern.log();
    for (const word of expected.notContains ?? []) holds(!has(log, word), `the log says ${word}: ${log.slice(0, 500)}`);
  },
  errors: async (walk, expected: number) => {
    const bugs = (await clusterOf(walk).postern.log()).split('\n').filter((line) => /"event":"bug"/.test(line));
    holds(bugs.length === expected, `${bugs.length} errors in the log, expected ${expected}: ${bugs[0]}`);
  },
  rejectedBy: (walk, expected: string) => holds(walk.answer?.includes(expected) === true, `the API server says ${walk.answer}, expected ${expected}`),
  posternUnaffected: async (walk) => {
    const { isReady, restarts } = await clusterOf(walk).postern.state();
    holds(isReady && restarts === 0, `the controller is ${isReady ? 'ready' : 'not ready'} after ${restarts} restarts`);
  },
  newKindsServed: (walk, _expected: boolean, { expect }) => untilNewKind(clusterOf(walk), seconds(expect['within'])),
  service: async (walk, expected: ServiceSpec) => {
    const cluster = clusterOf(walk);
    await walk.world.patiently(async () => compareService(await cluster.api.list(pathOf('Service', { selector: `${gatewayName}=echo` })), expected));
  },
  updatesPerMinute: (walk, expected: string) => holds((walk.writes ?? Infinity) <= Number(expected.replace('<=', '')), `${walk.writes} writes of the Service while nothing changed, expected ${expected}`),
  distinctAddresses: async (walk, gateways: string[]) => {
    const { gateways: found } = await walk.world.serving.until(`addresses of ${gateways.join(', ')}`, (event) =>
      gateways.every((name) => event.gateways.some((it) => `${it.namespace}/${it.name}` === name && it.addresses.length > 0)));
    const addresses = gateways.map((name) => found.find((it) => `${it.namespace}/${it.name}` === name)?.addresses[0]);
    holds(new Set(addresses).size === gateways.length, `the addresses are ${addresses.join(', ')}`);
  },
  addressFollowsService: async (walk, _expected: boolean, { expect }) => {
    const cluster = clusterOf(walk);
    const [, name = ''] = String(expect['gateway']).split('/');
    await cluster.until('the Service\'s new address on the Gateway', seconds(expect['within']), async () => {
      const [service] = await cluster.api.list(pathOf('Service', { selector: `${gatewayName}=${name}` }));
      const address = service?.status?.loadBalancer?.ingress?.[0]?.ip as string | undefined;
      const { gateways } = await walk.world.serving.refresh();
      return address?.startsWith('172.18.0.22') === true && gateways.some((it) => it.name === name && it.addresses[0] === address) ? true : undefined;
    });
  },
  driftCorrections: (walk, expected: number) => holds(walk.corrections === expected, `${walk.corrections} differences, expected ${expected}: ${walk.answer}`),
  specFieldsWrittenByPostern: async (walk, expected: number) => {
    const lists = await Promise.all(judgedKinds.map((kind) => clusterOf(walk).api.list(pathOf(kind))));
    const entries = lists.flat().flatMap(({ metadata }) => metadata.managedFields ?? []).filter(({ manager }) => manager.includes('postern'));
    const specs = entries.filter(({ fieldsV1 }) => 'f:spec' in fieldsV1);
    holds(entries.length > 0 && specs.length === expected, `Postern wrote fields of ${specs.length} specs in ${entries.length} entries`);
  },
};

/** The cluster of a walk. */
export function clusterOf({ world }: Walk): Cluster {
  if (world.cluster === undefined) throw new CheckFailed('this step needs a cluster');
  return world.cluster;
}

interface ServiceSpec {
  readonly loadBalancerClass?: string;
  /** How many of the load balancer's. */
  readonly annotations?: number;
  readonly annotationPresent?: string;
  readonly annotationAbsent?: string;
}

function compareService([service]: readonly KubeObject[], expected: ServiceSpec): Promise<void> {
  if (service === undefined) throw new CheckFailed('Gateway echo has no Service');
  const { loadBalancerClass, annotations, annotationPresent, annotationAbsent } = expected;
  const its = Object.keys(service.metadata.annotations ?? {}).filter((name) => !name.startsWith('metallb') && !name.startsWith('postern.dev/'));
  if (loadBalancerClass !== undefined) holds(service.spec.loadBalancerClass === loadBalancerClass, `loadBalancerClass is ${service.spec.loadBalancerClass}, expected ${loadBalancerClass}`);
  if (annotations !== undefined) holds(its.length === annotations, `annotations are ${its.join(', ')}, expected ${annotations}`);
  if (annotationPresent !== undefined) holds(its.includes(annotationPresent), `annotation ${annotationPresent} is gone`);
  if (annotationAbsent !== undefined) holds(!its.includes(annotationAbsent), `annotation ${annotationAbsent} is there`);
  return Promise.resolve();
}

/** A kind that only the experimental channel has gets a status. */
async function untilNewKind(cluster: Cluster, within: number): Promise<void> {
  const path = '/apis/gateway.networking.x-k8s.io/v1alpha1/namespaces/default/xtelemetrypolicies/scenario';
  const policy = {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XTelemetryPolicy', metadata: { namespace: 'default', name: 'scenario' },
    spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'scenario' }], tracing: { mode: 'Enabled', provider: { backendRef: { name: 'collector', port: 4317 } } } },
  };
  const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: 'default', name: 'scenario' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] } };
  const both = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [gateway, policy] });
  await cluster.mustKubectl(['apply', '-f', '-'], both);
  try {
    await cluster.until('a status of the new kind', within, async () => (((await cluster.api.get(path))?.status?.ancestors ?? []).length > 0 ? true : undefined));
  } finally {
    await cluster.mustKubectl(['delete', '--wait=false', '-f', '-'], both);
  }
}

/** `30s` as a number; half a minute where a step does not say. */
export function seconds(within: unknown): number {
  return typeof within === 'string' ? Number.parseInt(within, 10) : 30;
}
