import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CheckFailed } from '../check.ts';
import { holds } from '../expect-answer.ts';
import type { Walk } from '../walk.ts';
import { applyBundle, removeBundle, type Bundle } from './bundles.ts';
import type { Cluster } from './cluster.ts';
import { clusterOf } from './step-expectations.ts';

interface JudgedBundle extends Bundle {
  readonly postern: { readonly gatewayClass: { readonly Accepted?: string; readonly SupportedVersion?: string; readonly reason?: string } };
}

const className = 'judged';

/** Installs each release of `bundles.yaml` into the cluster without any, starts Postern, and compares what it says of a class. */
export async function judgeBundles(walk: Walk): Promise<void> {
  const cluster = clusterOf(walk);
  const { bundles } = parse(await readFile(join(walk.scenario.folder, 'bundles.yaml'), 'utf8')) as { bundles: JudgedBundle[] };
  const wrong: string[] = [];
  for (const bundle of bundles) {
    await removeBundle(cluster);
    await applyBundle(cluster, bundle);
    await cluster.postern.startEarly();
    try {
      await judge(cluster, bundle);
    } catch (error) {
      if (!(error instanceof CheckFailed)) throw error;
      wrong.push(`${bundle.version} ${bundle.channel ?? ''}: ${error.message}`);
    }
    const { restarts } = await cluster.postern.state();
    if (restarts > 0) wrong.push(`${bundle.version}: ${restarts} restarts`);
    await cluster.postern.stop();
  }
  holds(wrong.length === 0, wrong.join('\n'));
}

/** The newest version of GatewayClass that the release serves is the one that it is made in. */
async function judge(cluster: Cluster, { postern: { gatewayClass: { reason, ...wanted } } }: JudgedBundle): Promise<void> {
  const version = (await cluster.mustKubectl(['get', 'crd', 'gatewayclasses.gateway.networking.k8s.io', '-o', 'jsonpath={.spec.versions[?(@.served==true)].name}'])).split(' ').sort()[0] === 'v1' ? 'v1' : 'v1beta1';
  const object = { apiVersion: `gateway.networking.k8s.io/${version}`, kind: 'GatewayClass', metadata: { name: className }, spec: { controllerName: 'postern.dev/gateway-controller' } };
  await cluster.mustKubectl(['apply', '-f', '-'], JSON.stringify(object));
  let seen = '';
  await cluster.until(`${JSON.stringify(wanted)} on the class`, 30, async () => {
    const text = await cluster.mustKubectl(['get', `gatewayclasses.${version}.gateway.networking.k8s.io`, className, '-o', 'json']);
    const conditions = ((JSON.parse(text) as { status?: { conditions?: { type: string; status: string; reason: string }[] } }).status?.conditions ?? []);
    seen = conditions.map((it) => `${it.type}=${it.status} (${it.reason})`).join(', ');
    const fits = Object.entries(wanted).every(([type, status]) => conditions.some((it) => it.type === type && it.status === status && (reason === undefined || type !== 'SupportedVersion' || it.reason === reason)));
    return fits ? true : undefined;
  }).catch((error: unknown) => {
    if (error instanceof CheckFailed) throw new CheckFailed(`expected ${JSON.stringify(wanted)} ${reason ?? ''}, the class has ${seen || 'no condition'}`, { cause: error });
    throw error;
  });
}
