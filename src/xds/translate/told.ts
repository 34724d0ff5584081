import { perObject } from '../../base/index.ts';
import { refKey, type Origin } from '../../contract/index.ts';
import type { BackendKey } from '../../ir/index.ts';
import type { Metadata } from '../gen/messages.ts';

/** Metadata under this name say which objects a host, a route and a cluster are of: logs and metrics read them when a request has ended. */
const told = 'postern';

/** Command operator (https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage) for what the metadata of a request's parts say. */
export function toldOf(part: 'VIRTUAL_HOST' | 'ROUTE' | 'CLUSTER', key: string): string {
  return `%METADATA(${part}:${told}:${key})%`;
}

/** The Gateway that a listener serves for. */
export function ownerOf({ namespace, name, parent }: Origin): { readonly namespace: string; readonly name: string } {
  return parent ?? { namespace, name };
}

/** Of which listener a host is; the same object for the same origin. */
export const listenerMetadata = perObject((origin: Origin): Metadata => {
  const { kind, namespace, name, section = '', parent } = origin;
  const gateway = ownerOf(origin);
  return metadataOf({
    gateway: `${gateway.namespace}/${gateway.name}`, listener: section, ...(parent === undefined || kind === 'Gateway' ? {} : { listener_set: `${namespace}/${name}` }),
  });
});

/** Of which rule a route is: the rule's name, or its index. */
export function ruleMetadata({ kind, namespace, name, rule = 0, ruleName = String(rule) }: Origin): Metadata {
  return metadataOf({ route: `${kind}/${namespace}/${name}`, route_kind: kind, route_namespace: namespace, route_name: name, rule: ruleName });
}

/** Of which backend a cluster is; what follows the object in the key is the port of a Service. */
export function backendMetadata(key: BackendKey, origin: Origin): Metadata {
  const object = refKey(origin);
  return metadataOf({ kind: origin.kind, namespace: origin.namespace, name: origin.name, port: key.startsWith(object) ? key.slice(object.length + 1) : '' });
}

function metadataOf(values: Readonly<Record<string, string>>): Metadata {
  return { filter_metadata: { [told]: values } };
}
