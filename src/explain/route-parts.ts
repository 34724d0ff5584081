import { type BackendRefNode, fateOf, type ListenerFate, type ListenerNode, type RouteNode, type Verdict } from '../attach/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import { isSame, type Known, type Meaning } from './known.ts';
import { backendName, endpointName } from './names.ts';
import type { Part } from './part.ts';

type Explained = Known & { readonly meaning: Meaning };

interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** What a route needs: its parents, their listeners, and its backends. */
export function routeParts(ref: ObjectRef, known: Explained): { readonly parts: readonly Part[]; readonly state: string } {
  const { graph, model } = known.meaning;
  const node = graph.routes.find((it) => isSame(it.ref, ref));
  const object = model.objects[ref.kind as RouteNode['kind']].get(`${ref.namespace}/${ref.name}`);
  const refs = (object?.object.spec.parentRefs ?? []) as readonly ParentRef[];
  const parents = refs.flatMap((parent, index) => parentParts({ parent, index, ref }, node, known));
  const backends = node === undefined ? [] : node.rules.flatMap(({ index, backends: list }) => list.map((it) => backendPart(it, index, known)));
  // Several rules may lead to one Service.
  const once = backends.filter(({ object: name, words }, index) => backends.findIndex((it) => it.object === name && it.words === words) === index);
  const attached = node?.parents.filter(({ attachments, accepted }) => accepted.ok && attachments.length > 0).length ?? 0;
  if (refs.length === 0) return { state: 'attached to nothing', parts: [{ object: describeRef(ref), words: 'has no parentRefs', state: 'bad', mend: 'Name a Gateway in spec.parentRefs.' }] };
  return { state: attached === 0 ? 'not attached' : attached === refs.length ? 'attached' : `attached to ${attached} of ${refs.length} parents`, parts: [...parents, ...once] };
}

interface Parent {
  readonly parent: ParentRef;
  readonly index: number;
  readonly ref: ObjectRef;
}

function parentParts({ parent, index, ref }: Parent, node: RouteNode | undefined, { meaning }: Explained): Part[] {
  const kind = parent.kind ?? 'Gateway';
  const key = `${parent.namespace ?? ref.namespace}/${parent.name}`;
  const about = { object: `${kind} ${key}`, ref, path: ['spec', 'parentRefs', index] };
  const found = parentOf(kind, key, meaning);
  if (found === undefined) {
    const isForeign = kind === 'Gateway' && meaning.model.objects.Gateway.has(key);
    return [{ ...about, words: isForeign ? 'is of a class that is not served here' : 'does not exist, or is no parent that Postern serves', state: isForeign ? 'note' : 'bad' }];
  }
  const verdict = node?.parents.find((it) => it.index === index)?.accepted;
  return [
    ...(found.accepted.ok ? [] : [{ object: about.object, words: `is not accepted: ${found.accepted.message}`, state: 'bad' as const, ref: found.ref }]),
    ...found.listeners.map((listener) => listenerPart(listener, parent, node, meaning)),
    ...(verdict?.ok === false ? [{ ...about, words: verdict.message, state: 'bad' as const }] : []),
  ];
}

/** A Gateway with its own listeners, or a ListenerSet. */
function parentOf(kind: string, key: string, { graph }: Meaning): { readonly ref: ObjectRef; readonly accepted: Verdict; readonly listeners: readonly ListenerNode[] } | undefined {
  if (kind === 'ListenerSet') return graph.listenerSets.get(key);
  const gateway = kind === 'Gateway' ? graph.gateways.get(key) : undefined;
  return gateway === undefined ? undefined : { ref: gateway.ref, accepted: gateway.accepted, listeners: gateway.listeners.filter(({ owner }) => owner.kind === 'Gateway') };
}

function listenerPart(listener: ListenerNode, parent: ParentRef, node: RouteNode | undefined, { model }: Meaning): Part {
  const object = `listener ${listener.name} of ${describeRef(listener.owner)}`;
  const fate = node === undefined ? 'not-named' : fateOf(listener, { kind: node.kind, route: node.route, ref: parent }, model);
  const bad = { ref: listener.owner, path: ['spec', 'listeners', listener.index] };
  if (fate !== 'attached') return { object, words: fateWords[fate](listener), state: 'note' };
  const hostnames = node?.parents.flatMap(({ attachments }) => attachments.filter((it) => it.listener.key === listener.key).flatMap((it) => it.hostnames)) ?? [];
  const words = `takes it for ${hostnames.map(({ effective }) => (effective === '' ? 'every host' : effective)).join(', ') || 'every host'} on port ${listener.port}`;
  if (!listener.accepted.ok) return { object, words: `${words}, but is not served: ${listener.accepted.message}`, state: 'bad', ...bad };
  if (!listener.resolvedRefs.ok) return { object, words: `${words}, but: ${listener.resolvedRefs.message}`, state: 'bad', ...bad };
  return { object, words, state: 'good' };
}

/** How a listener treats a route that it does not take, behind the listener's name. */
export const fateWords: Readonly<Record<Exclude<ListenerFate, 'attached'>, (listener: ListenerNode) => string>> = {
  'not-named': ({ name, port }) => `is not the one that the parentRef names (it is ${name}, port ${port})`,
  'other-kind': ({ supportedKinds }) => `takes ${supportedKinds.map(({ kind }) => kind).join(', ') || 'no routes'}`,
  'other-namespace': ({ allowedRoutes }) => `takes no routes of this namespace (namespaces.from ${allowedRoutes?.namespaces?.from ?? 'Same'})`,
  'other-hostname': ({ hostname }) => `has hostname ${hostname}, which none of the route's hostnames meets`,
};

function backendPart({ index, weight, backend, problem }: BackendRefNode, rule: number, known: Explained): Part {
  const object = backend === undefined ? `rules[${rule}].backendRefs[${index}]` : backendName(backend, known.ir.backends[backend]);
  if (backend === undefined) return { object, words: problem?.message ?? 'does not resolve', state: 'bad' };
  return { object, ...endpointState(backend, known), ...(weight === 0 ? { words: 'has weight 0, so nothing goes there', state: 'note' as const } : {}) };
}

/** How many endpoints a backend has. */
export function endpointState(key: string, { ir, assumed }: Known): Pick<Part, 'words' | 'state' | 'mend'> {
  if (ir.backends[key]?.tls === 'refused') return { words: 'is to be reached over TLS, and its settings cannot be used: requests get 503', state: 'bad', mend: 'Look at its BackendTLSPolicy.' };
  if (assumed.has(key)) return { words: 'exists; its endpoints are not in these files', state: 'good' };
  const endpoints = ir.endpoints[key] ?? [];
  const ready = endpoints.filter((it) => it.ready);
  if (ready.length > 0) return { words: `has ${ready.length} of ${endpoints.length} endpoints ready`, state: 'good' };
  const then = lossWords[ir.backends[key]?.protocol ?? 'http1'] ?? 'requests get 503';
  return { words: endpoints.length === 0 ? `has no endpoint: ${then}` : `has no ready endpoint (${endpoints.slice(0, 3).map(endpointName).join(', ')}): ${then}`, state: 'bad', mend: 'Look at the Pods behind it.' };
}

const lossWords: Readonly<Record<string, string>> = { tcp: 'connections are closed', udp: 'datagrams are dropped' };
