import { join } from 'node:path';
import type { AccessSpec } from '../check.ts';
import { holds } from '../expect-answer.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

const cases = join(import.meta.dirname, '../cases');
/** A Gateway echo/echo, with which the account of its data plane comes. */
const accountFiles = ['gatewayclass.yaml', 'gateway.yaml'].flatMap((file) => ['-f', join(cases, '08-echo-basic/manifests', file)]);
const binding = 'scenario-persona';

/** Asks the API server whether someone may do something; throws CheckFailed. */
export async function checkAccess(spec: AccessSpec, cluster: Cluster): Promise<undefined> {
  const role = spec.boundTo ?? (spec.definedIn === undefined ? undefined : spec.as);
  const personas = spec.definedIn === undefined ? undefined : join(cases, spec.definedIn, 'manifests/personas.yaml');
  try {
    await untilAccount(cluster, spec.as);
    if (personas !== undefined) await cluster.mustKubectl(['apply', '-f', personas]);
    if (role !== undefined) await cluster.mustKubectl(['create', 'clusterrolebinding', binding, `--clusterrole=${role}`, `--user=${spec.as}`]);
    const who = [`--as=${spec.as}`, ...(spec.groups ?? []).map((group) => `--as-group=${group}`)];
    const { output } = await cluster.kubectl(['auth', 'can-i', spec.verb, ...resourceOf(spec.resource), ...who, ...(spec.namespace === undefined ? [] : ['-n', spec.namespace])]);
    holds(output.trim().startsWith(spec.allowed ? 'yes' : 'no'), `kubectl auth can-i says ${output.trim()}, expected ${spec.allowed ? 'yes' : 'no'}`);
  } finally {
    await cluster.mustKubectl(['delete', '--ignore-not-found', ...accountFiles]);
    if (role !== undefined) await cluster.mustKubectl(['delete', 'clusterrolebinding', binding, '--ignore-not-found']);
    if (personas !== undefined) await cluster.mustKubectl(['delete', '--ignore-not-found', '-f', personas]);
  }
  return undefined;
}

function resourceOf(resource: string): string[] {
  const [name = '', subresource] = resource.split('/');
  return subresource === undefined ? [name] : [name, `--subresource=${subresource}`];
}

/** An account that is not there may do nothing, which would prove nothing. That of a data plane comes with its Gateway. */
async function untilAccount(cluster: Cluster, user: string): Promise<void> {
  const [, , namespace, name] = user.split(':');
  if (!user.startsWith('system:serviceaccount:') || namespace === undefined || name === undefined) return;
  if (namespace === 'echo') await cluster.mustKubectl(['apply', ...accountFiles]);
  await cluster.until(`ServiceAccount ${namespace}/${name}`, 10, () => cluster.api.get(pathOf('ServiceAccount', { namespace, name })));
}
