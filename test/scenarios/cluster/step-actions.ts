import { setTimeout as delay } from 'node:timers/promises';
import { CheckFailed } from '../check.ts';
import { Client } from '../send.ts';
import { startLoad, type Action, type Walk } from '../walk.ts';
import type { KubeObject } from './api.ts';
import { applyBundle, newest, tryBundle } from './bundles.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';
import { judgeBundles } from './judge-bundles.ts';
import { slowApiServer } from './slow-api-server.ts';
import { clusterOf } from './step-expectations.ts';

/** Looks at a Service, and the time between two of them. */
const looks = 20;
const lookMs = 500;
const gatewayName = 'gateway.networking.k8s.io/gateway-name';

/** Steps that only a cluster can take. */
export const clusterActions: readonly (readonly [pattern: RegExp, action: Action])[] = [
  [/^kubectl delete gateway (\S+)$|^remove the Gateway from Git, prune on$/, async ({ world }, [name]) => {
    world.manifests.remove((object) => object.kind === 'Gateway' && (name === undefined || object.metadata.name === name));
    await world.save();
  }],
  [/^apply gateways.yaml$/, () => Promise.resolve()],
  [/^install the Postern controller$/, (walk) => clusterOf(walk).postern.startEarly()],
  [/^apply the Gateway API v1.7.0 CRDs$/, (walk) => applyBundle(clusterOf(walk), newest)],
  [/^start Postern$/, (walk) => clusterOf(walk).postern.start()],
  [/^for each entry install the bundle into an empty cluster, start Postern, create a GatewayClass$/, (walk) => judgeBundles(walk)],
  [/^kubectl apply the (v\S+) bundle/, async (walk, [version = '']) => {
    const { code, errors } = await tryBundle(clusterOf(walk), { version });
    walk.answer = code === 0 ? 'accepted' : errors;
  }],
  [/^install the experimental bundle over it$/, async (walk) => {
    // Its own policy refuses a change of channel while it is in force.
    await clusterOf(walk).mustKubectl(['delete', 'validatingadmissionpolicy,validatingadmissionpolicybinding', 'safe-upgrades.gateway.networking.k8s.io']);
    await applyBundle(clusterOf(walk), newest);
  }],
  [/^(\d+) requests a second; delete the controller pod$/, async (walk, [rate]) => {
    await underLoad(walk, Number(rate));
    await clusterOf(walk).postern.kill();
    await walk.load?.more(500);
  }],
  [/^wait until the controller is back$/, (walk) => clusterOf(walk).postern.untilReady(60)],
  [/^(\d+) requests a second; restart the controller while the API server answers slowly$/, async (walk, [rate]) => {
    await underLoad(walk, Number(rate));
    await slowApiServer(async () => clusterOf(walk).postern.kill());
    await clusterOf(walk).postern.untilReady(90);
  }],
  [/^(\d+) requests a second; rollout restart of the data plane$/, async (walk, [rate]) => {
    await underLoad(walk, Number(rate));
    const [namespace = '', gateway = ''] = walk.via.split('/');
    const cluster = clusterOf(walk);
    await cluster.mustKubectl(['-n', namespace, 'rollout', 'restart', 'deployment', '-l', `${gatewayName}=${gateway}`]);
    await cluster.mustKubectl(['-n', namespace, 'rollout', 'status', 'deployment', '-l', `${gatewayName}=${gateway}`, '--timeout=120s']);
  }],
  [/^replace the pool and let MetalLB assign anew$/, async ({ world }) => {
    world.manifests.edit('IPAddressPool', 'first-pool', (object) => { object.spec.addresses = ['172.18.0.220-172.18.0.229']; });
    await world.save();
  }],
  [/^create the Gateway$/, () => Promise.resolve()],
  [/^change the Gateway \(add a listener\), restart the controller, wait two resyncs$/, async (walk) => {
    walk.world.manifests.edit('Gateway', 'echo', (object) => { object.spec.listeners.push({ name: 'other', protocol: 'HTTP', port: 8080 }); });
    await walk.world.save();
    await clusterOf(walk).postern.kill();
    await clusterOf(walk).postern.untilReady(60);
    walk.writes = await writesOf(clusterOf(walk));
  }],
  [/^add annotation (\S+) to the Service by hand$/, async (walk, [name = '']) => {
    const service = await serviceOf(clusterOf(walk));
    await clusterOf(walk).api.merge(pathOf('Service', service.metadata), { metadata: { annotations: { [name]: 'by hand' } } });
  }],
  [/^remove (\S+) from spec.infrastructure.annotations$/, async ({ world }, [word = '']) => {
    world.manifests.edit('Gateway', 'echo', (object) => {
      const { annotations } = object.spec.infrastructure as { annotations: Record<string, string> };
      for (const name of Object.keys(annotations)) if (name.endsWith(word)) delete annotations[name];
    });
    await world.save();
  }],
  [/^let Flux reconcile three times$/, (walk) => reconcile(walk, 3)],
  [/^apply the CRDs with kubectl, start Postern, then let Flux apply the same CRDs$/, (walk) => takeOver(clusterOf(walk))],
  [/^apply CRDs, Postern, Gateways, apps and backends at the same moment, in random order, with retries as Flux does$/, (walk) => allAtOnce(walk)],
];

/** Load on the scenario's example, once that is answered. */
async function underLoad(walk: Walk, perSecond: number): Promise<void> {
  await walk.world.serving.until('the Gateway programmed', ({ gateways }) => gateways.some((it) => `${it.namespace}/${it.name}` === walk.via && it.programmed));
  // The node's own proxy hears of a new data plane a little later than the Gateway's status says so.
  const { request, via, world } = walk;
  const client = new Client(1, world.authority);
  await clusterOf(walk).until('the first answer', 30, async () => {
    const answer = await client.send(request, world.serving.open(via, request.port));
    return 'status' in answer && answer.status === 200 ? true : undefined;
  });
  client.close();
  startLoad(walk, { perSecond, connections: 8 });
  await walk.load?.more(100);
}

/** How often the Gateway's Service is written in a while in which nothing changes: a controller that fights back does so at once. */
async function writesOf(cluster: Cluster): Promise<number> {
  const versions = new Set<string>();
  for (let look = 0; look < looks; look++) {
    versions.add((await serviceOf(cluster)).metadata.resourceVersion ?? '');
    await delay(lookMs);
  }
  return versions.size - 1;
}

/** The Service of the scenario's Gateway echo. */
function serviceOf(cluster: Cluster): Promise<KubeObject> {
  return cluster.until('the Service of Gateway echo', 30, async () => (await cluster.api.list(pathOf('Service', { selector: `${gatewayName}=echo` })))[0]);
}

/** What Flux does at each interval: a server-side dry run, and an apply where it shows a difference. */
async function reconcile(walk: Walk, times: number): Promise<void> {
  const cluster = clusterOf(walk);
  const wanted = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: walk.world.manifests.objects.filter(({ apiVersion = '' }) => !apiVersion.includes('toolkit.fluxcd.io') && !apiVersion.includes('kustomize.config')) });
  const options = ['--server-side', '--force-conflicts', '--field-manager=kustomize-controller', '-f', '-'];
  await cluster.mustKubectl(['apply', ...options], wanted);
  let corrections = 0;
  for (let time = 0; time < times; time++) {
    const { code, output, errors } = await cluster.kubectl(['diff', ...options], wanted);
    if (code > 1) throw new CheckFailed(`kubectl diff: ${errors}`);
    if (code === 1) {
      corrections++;
      walk.answer = output;
    }
  }
  walk.corrections = corrections;
}

/** The same CRDs, applied by one and then by another. */
async function takeOver(cluster: Cluster): Promise<void> {
  const before = await cluster.api.text('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gateways.gateway.networking.k8s.io');
  await applyBundle(cluster, newest, 'kustomize-controller');
  if (before === '') throw new CheckFailed('the CRDs were not there before');
  await cluster.postern.untilReady(60);
}

/** Everything in any order and again and again until all is taken. */
async function allAtOnce(walk: Walk): Promise<void> {
  const cluster = clusterOf(walk);
  const retried = async (once: () => Promise<unknown>): Promise<void> => {
    await cluster.until('the end of retries', 120, () => once().then(() => true, () => undefined));
  };
  await Promise.all([
    retried(() => walk.world.save()), retried(() => cluster.postern.start()), delay(3000).then(() => retried(() => applyBundle(cluster, newest))),
  ]);
}
