import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckFailed, type Check } from '../check.ts';
import { checkRequest } from '../check-request.ts';
import { holds } from '../expect-answer.ts';
import { runPostern } from '../serve-process.ts';
import type { World } from '../stage.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

const root = join(import.meta.dirname, '../../..');

type Attempt = (world: World, cluster: Cluster) => Promise<string | undefined>;

/** What stands in for the commands of the texts on a cluster, by the beginning of the intent. */
const attempts: readonly (readonly [intent: string, attempt: Attempt])[] = [
  ['one overview of controller, data plane fleet and optional parts', overview],
  ['controller and data plane appear as separate lines', overview],
  ['access logs come from data plane pods only', logsApart],
  ['with v1.7 present it does nothing', guard],
];

/** Tries on the cluster what a check asks of a command; undefined where one machine shows as much. */
export function attemptOf(check: Check): Attempt | undefined {
  return attempts.find(([intent]) => check.cli?.intent.startsWith(intent))?.[1];
}

/** `postern doctor`: a line for each part with how many are ready, code 0 while all is well and 1 while something is not. */
async function overview(world: World, cluster: Cluster): Promise<string> {
  await world.patiently(async () => {
    const { code, output } = await runPostern(['doctor']);
    holds(code === 0, `postern doctor ends with ${code}: ${output}`);
    const { gateways } = await world.serving.refresh();
    holds(/Controller \S+: (\d+) of \1 ready, \S+:\S+/.test(output), `it does not count the controllers: ${output}`);
    for (const { namespace, name, programmed } of gateways) holds(!programmed || new RegExp(`${namespace}/${name}: .*\\d+ of \\d+`).test(output), `it does not count the data planes of ${namespace}/${name}: ${output}`);
  });
  await cluster.mustKubectl(['-n', 'postern-system', 'scale', 'deployment/postern', '--replicas=0']);
  try {
    await world.patiently(async () => holds((await runPostern(['doctor'])).code === 1, 'postern doctor finds nothing wrong without a controller'));
  } finally {
    await cluster.mustKubectl(['-n', 'postern-system', 'scale', 'deployment/postern', '--replicas=2']);
    await cluster.postern.untilReady(60);
  }
  return 'postern doctor does not wait; a loop around it does';
}

/** Lines about a request are in the logs of data planes and in no other. */
async function logsApart(world: World, cluster: Cluster): Promise<undefined> {
  const path = '/who-logs-this';
  const [route] = world.manifests.objects.filter(({ kind }) => kind === 'HTTPRoute');
  const gateway = route?.spec.parentRefs[0].name as string;
  const via = `${route?.metadata.namespace ?? 'default'}/${gateway}`;
  await world.patiently(() => checkRequest({ name: 'a request', via, request: { scheme: 'http', port: 80, path }, expect: { status: 200 } }, world));
  await world.patiently(async () => {
    const pods = await cluster.api.list(pathOf('Pod', { selector: `gateway.networking.k8s.io/gateway-name=${gateway}` }));
    const logs = await Promise.all(pods.map(({ metadata }) => cluster.api.text(`${pathOf('Pod', metadata)}/log`)));
    holds(logs.join('').includes(path), 'no data plane logs the request');
  });
  holds(!(await cluster.postern.log()).includes(path), 'a controller logs the request');
}

/** The texts' own guard, and the one that the install guide has. */
async function guard(_: World, cluster: Cluster): Promise<undefined> {
  const { code } = await cluster.kubectl(['get', 'crd', 'gateways.gateway.networking.k8s.io']);
  holds(code === 0, 'the guard does not see the CRDs');
  const guide = await readFile(join(root, 'docs/install.md'), 'utf8');
  if (!guide.includes('kubectl get crd gateways.gateway.networking.k8s.io')) throw new CheckFailed('docs/install.md has no guard around the installation of the CRDs');
}
