import type { Gateway, ListenerSet } from '../api/index.ts';
import { type Capabilities, type ObjectRef } from '../contract/index.ts';
import { resolveAuthorizer } from './authorizers.ts';
import type { BackendContext } from './backends.ts';
import type { ListenerFilterNode } from './graph.ts';
import { refuse, type Verdict } from './verdict.ts';

type ListenerSpec = Gateway['spec']['listeners'][number] | ListenerSet['spec']['listeners'][number];

/** What requests of a listener pass before routes are matched, in the order of the spec (GEP-5224). */
export function readListenerFilters(owner: ObjectRef, { filters }: ListenerSpec, context: BackendContext): ListenerFilterNode[] {
  return (filters?.requests ?? []).flatMap(({ externalAuth }, index) => (
    externalAuth === undefined ? [] : [{ index, auth: externalAuth, ...resolveAuthorizer(owner, externalAuth, context) }]
  ));
}

/** Why this data plane can't carry the filters of a listener, or undefined. */
export function uncarriedListenerFilter({ filters }: ListenerSpec, { name, features, filters: known }: Capabilities): Verdict | undefined {
  if (filters === undefined) return undefined;
  if (!features.includes('GatewayListenerFilters')) return refuse('UnsupportedValue', `filters of listeners are not carried by the ${name} data plane.`, ['filters']);
  for (const [index, { type, extensionRef }] of (filters.requests ?? []).entries()) {
    const what = extensionRef === undefined ? type : `${type} ${extensionRef.kind}${extensionRef.group === '' ? '' : `.${extensionRef.group}`} ${extensionRef.name}`;
    if (!known.has(type)) return refuse('UnsupportedValue', `filters.requests[${index}]: ${what} is not carried by the ${name} data plane.`, ['filters', 'requests', index]);
  }
  return undefined;
}

/** What the first reference that does not resolve means for the listener (GEP-5224, status reporting). */
export function filterReferences(filters: readonly ListenerFilterNode[]): Verdict | undefined {
  const bad = filters.find(({ problem }) => problem !== undefined);
  if (bad?.problem === undefined) return undefined;
  const { reason, message, path = [] } = bad.problem;
  return refuse(reason === 'RefNotPermitted' ? 'RefNotPermitted' : 'InvalidListenerFilterRef', `filters.requests[${bad.index}]: ${message}`, ['filters', 'requests', bad.index, 'externalAuth', 'backendRef', ...path]);
}
