import { CheckFailed, type Check } from '../check.ts';
import { checkRequest } from '../check-request.ts';
import { holds } from '../expect-answer.ts';
import type { World } from '../stage.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

interface MirrorSpec {
  readonly app: string;
  readonly version: string;
  /** Per cent of the requests, and how many points it may be away from that. */
  readonly share: number;
  readonly tolerance: number;
}

/** Sends a check's requests and counts in the logs of the app's pods how many copies came; throws CheckFailed. */
export async function checkMirrored(check: Check, world: World, cluster: Cluster): Promise<undefined> {
  const mirror = check.expect?.['mirrored'] as MirrorSpec;
  const path = check.request?.path ?? '';
  // One request first, so that only what is in force is counted.
  await checkRequest({ ...check, repeat: 1 }, world);
  const before = await copies(cluster, mirror, path);
  await checkRequest(check, world);
  const sent = check.repeat ?? 1;
  const wanted = (sent * mirror.share) / 100;
  const slack = (sent * mirror.tolerance) / 100;
  // Copies are sent beside the requests, so the last may be on their way.
  await cluster.until(`${wanted} ± ${slack} copies`, 10, async () => ((await copies(cluster, mirror, path)) - before >= wanted - slack ? true : undefined));
  const came = (await copies(cluster, mirror, path)) - before;
  holds(came <= wanted + slack, `${came} copies came of ${sent} requests, expected ${wanted} ± ${slack}`);
  return undefined;
}

async function copies(cluster: Cluster, { app, version }: MirrorSpec, path: string): Promise<number> {
  const pods = await cluster.api.list(pathOf('Pod', { selector: `app=${app},version=${version}` }));
  if (pods.length === 0) throw new CheckFailed(`there is no pod of ${app} ${version}`);
  const logs = await Promise.all(pods.map(({ metadata }) => cluster.api.text(`${pathOf('Pod', metadata)}/log`)));
  return logs.join('').split('\n').filter((line) => line.includes(JSON.stringify(path))).length;
}
