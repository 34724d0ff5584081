import { findStatus } from './check-status.ts';
import { clusterActions } from './cluster/step-actions.ts';
import { deliveryActions } from './delivery.ts';
import { setWeights } from './given.ts';
import { parseManifests, type Manifest } from './manifests.ts';
import { switchImplementations } from './portability.ts';
import { Client } from './send.ts';
import type { StatusObject } from './serving.ts';
import { startLoad, type Action, type Walk } from './walk.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the words of a step do. */
const actions: readonly (readonly [pattern: RegExp, action: Action])[] = [
  ...clusterActions, ...deliveryActions,
  [/^apply 04-helloworld-one-service, then send (\d+) requests a second to \/hello$/, async (walk, [rate]) => {
    const before = await readFile(join(walk.scenario.folder, '../04-helloworld-one-service/manifests/httproute.yaml'), 'utf8');
    await replaceRoute(walk, parseManifests(before));
    startLoad(walk, { perSecond: Number(rate), connections: 8 });
  }],
  [/^apply manifests\/httproute.yaml over it while the requests go on$/, async (walk) => {
    await replaceRoute(walk, parseManifests(await readFile(join(walk.scenario.folder, 'manifests/httproute.yaml'), 'utf8')));
  }],
  [/^apply manifests without (Secret) (\S+)$/, (walk, [kind, name]) => takeOut(walk, kind, name)],
  [/^apply manifests$/, (walk) => takeOut(walk, 'Secret', undefined)],
  [/^create Secret \S+$|^cert-manager writes Secret \S+$/, (walk) => putBack(walk)],
  [/^kubectl delete httproute (\S+)$/, (walk, [name]) => takeOut(walk, 'HTTPRoute', name)],
  [/^label namespace (\S+) (\S+)=(\S+)$/, (walk, [namespace = '', label = '', value = '']) => edit(walk, 'Namespace', namespace, (object) => {
    object.metadata.labels = { ...object.metadata.labels, [label]: value };
  })],
  [/^remove the label$/, (walk) => edit(walk, 'Namespace', 'echo', (object) => { delete object.metadata.labels; })],
  [/^(?:(\d+) requests a second; )?set the weights to (\d+) and (\d+)$/, async (walk, [rate, one, two]) => {
    if (rate !== undefined) startLoad(walk, { perSecond: Number(rate), connections: 8 });
    await changeRoutes(walk, () => setWeights(walk.world.manifests, { 'echo-1': Number(one), 'echo-2': Number(two) }));
  }],
  [/^set gatewayClassName of (\S+) to (\S+)$/, (walk, [gateway = '', name]) => edit(walk, 'Gateway', gateway, (object) => { object.spec.gatewayClassName = name; })],
  [/^open a keep-alive connection and send a request every 100 ms$/, async (walk) => startLoad(walk, { perSecond: 10, connections: 1 })],
  [/^take every manifest of the scenarios 01 to 15, change only the GatewayClass's controllerName$/, (walk) => switchImplementations(walk.world.certificates)],
  [/^replace the key pair in Secret (\S+)\/(\S+)$/, async (walk, [, name = '']) => {
    walk.serial = await servedSerial(walk);
    const { certificate, key } = await walk.world.certificates.renew(walk.request.host ?? '');
    await edit(walk, 'Secret', name, (object) => { object.data = { 'tls.crt': base64(certificate), 'tls.key': base64(key) }; });
  }],
];

/** The action of a step, or undefined where the runner does not know it. */
export function actionFor(text: string): ((walk: Walk) => Promise<void>) | undefined {
  for (const [pattern, action] of actions) {
    const words = pattern.exec(text);
    if (words !== null) return (walk) => action(walk, words.slice(1));
  }
  return undefined;
}

async function edit(walk: Walk, kind: string, name: string, change: (object: Manifest) => void): Promise<void> {
  walk.world.manifests.edit(kind, name, change);
  await walk.world.save();
}

async function takeOut(walk: Walk, kind: string | undefined, name: string | undefined): Promise<void> {
  walk.removed = walk.world.manifests.remove((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
  await walk.world.save();
}

async function putBack(walk: Walk): Promise<void> {
  walk.world.manifests.add('put-back.yaml', ...walk.removed);
  await walk.world.save();
}

function replaceRoute(walk: Walk, routes: readonly Manifest[]): Promise<void> {
  return changeRoutes(walk, () => {
    for (const route of routes) walk.world.manifests.edit('HTTPRoute', route.metadata.name, (object) => { object.spec = route.spec; });
  });
}

/** Changes HTTPRoutes and waits until the change is in force. */
async function changeRoutes(walk: Walk, change: () => void): Promise<void> {
  const { manifests, serving } = walk.world;
  const before = await serving.refresh();
  change();
  await walk.world.save();
  await serving.until('the changed route', (event) => manifests.objects.filter((object) => object.kind === 'HTTPRoute').every((route) => {
    const ref = { kind: 'HTTPRoute', ...route.metadata };
    return judgedGeneration(findStatus(event, ref)) > judgedGeneration(findStatus(before, ref));
  }));
}

/** The newest generation that all parents' conditions are about. */
function judgedGeneration(route: StatusObject | undefined): number {
  const observed = (route?.status.parents ?? []).flatMap(({ conditions }) => conditions.map((it) => it.observedGeneration ?? 0));
  return observed.length === 0 ? 0 : Math.min(...observed);
}

async function servedSerial({ world, request, via }: Walk): Promise<string> {
  const client = new Client(1, world.authority);
  const answer = await client.send(request, world.serving.open(via, request.port));
  client.close();
  if ('error' in answer || answer.tls === undefined) throw new Error('the certificate to replace is not served');
  return answer.tls.serial;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
