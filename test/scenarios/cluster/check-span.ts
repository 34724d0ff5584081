import { CheckFailed, type Check } from '../check.ts';
import { checkRequest } from '../check-request.ts';
import type { World } from '../stage.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

/** Sends a check's request and waits until the receiver of spans has printed its trace. */
export async function checkSpan(check: Check, world: World, cluster: Cluster): Promise<undefined> {
  const span = check.expect?.['span'] as { readonly traceId: string } | undefined;
  if (span === undefined) throw new CheckFailed('the check names no span');
  const { traceId } = span;
  await checkRequest(check, world);
  await cluster.until(`a span of trace ${traceId}`, 20, async () => {
    const pods = await cluster.api.list(pathOf('Pod', { selector: 'app=otel-collector' }));
    const logs = await Promise.all(pods.map(({ metadata }) => cluster.api.text(`${pathOf('Pod', metadata)}/log`)));
    return logs.join('').includes(traceId) ? true : undefined;
  });
  return undefined;
}
