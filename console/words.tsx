import { Fragment, type VNode } from 'preact';
import { objectHref } from './place.ts';

const kinds = 'GatewayClass|Gateway|ListenerSet|HTTPRoute|GRPCRoute|TLSRoute|TCPRoute|UDPRoute|Service|Secret|ConfigMap|ReferenceGrant|BackendTLSPolicy|XBackendTrafficPolicy|XTelemetryPolicy|XBackend';
const named = new RegExp(`\\b(?:listener ([\\w.-]+) of Gateway ([\\w.-]+)/([\\w.-]+)|(${kinds}) (?:([a-z0-9.-]+)/)?([a-z0-9][a-z0-9.-]*[a-z0-9]|[a-z0-9]))`, 'g');

/** A sentence in which every object that is named leads to its own page. */
export function Words({ text }: { readonly text: string }): VNode {
  const parts: (string | VNode)[] = [];
  let at = 0;
  for (const found of text.matchAll(named)) {
    const [whole, listener, listenerNamespace, gateway, kind, namespace, name] = found;
    // "Service that" and the like are no names: objects in a namespace are told with it.
    if (kind !== undefined && namespace === undefined && kind !== 'GatewayClass') continue;
    const key = listener === undefined ? `${kind!.toLowerCase()}/${namespace === undefined ? '' : `${namespace}/`}${name}` : `listener/${listenerNamespace}/${gateway}/${listener}`;
    parts.push(text.slice(at, found.index), <a href={objectHref(key)}>{whole}</a>);
    at = found.index + whole.length;
  }
  parts.push(text.slice(at));
  return <Fragment>{parts}</Fragment>;
}
