import { fateOf, type ListenerFate, type ListenerNode, type RouteNode } from '../../attach/index.ts';
import { distance } from '../../base/index.ts';
import type { FieldPath, Finding, ObjectRef } from '../../contract/index.ts';
import type { Model, Modeled } from '../../model/index.ts';
import { isSame, type Known, type Meaning, objectOf } from '../known.ts';
import { type Change, setField } from './change.ts';
import { referenceChanges } from './reference-candidates.ts';

/** Changes that might mend what a finding is about, the smallest and most likely first. Whether one does is found out by trying. */
export function candidatesFor(finding: Finding, known: Known & { readonly meaning: Meaning }): Change[] {
  const { object: ref, path = [] } = finding;
  const object = ref === undefined ? undefined : objectOf(known, ref);
  if (ref === undefined || object === undefined) return [];
  if (path[1] === 'parentRefs' && typeof path[2] === 'number') return parentChanges(object, path[2], known.meaning);
  if (ref.kind === 'ListenerSet' && path[1] === 'parentRef') return [...nameChanges(object, ['spec', 'parentRef'], parentOf(object, ['spec', 'parentRef']), known.meaning), ...admissionChanges(object, known.meaning)];
  return referenceChanges(object, path, known.meaning);
}

interface ParentRef {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

function parentOf(object: Modeled<unknown>, path: FieldPath): ParentRef | undefined {
  return valueAt(object, path) as ParentRef | undefined;
}

function valueAt({ object }: Modeled<unknown>, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], object);
}

function parentChanges(route: Modeled<unknown>, index: number, meaning: Meaning): Change[] {
  const path = ['spec', 'parentRefs', index];
  const parent = parentOf(route, path);
  const found = parent === undefined ? undefined : listenersOf(parent, route.ref, meaning);
  if (parent === undefined || found === undefined) return [...kindChanges(route, path, parent, meaning), ...nameChanges(route, path, parent, meaning)];
  const sections = parent.sectionName === undefined ? [] : [...setChanges({ route, path, parent }, meaning), ...byDistance(parent.sectionName, found.map(({ name }) => name)).map((name) => setField(route, [...path, 'sectionName'], name)), setField(route, [...path, 'sectionName'], undefined)];
  const ports = parent.port === undefined ? [] : [...new Set(found.map(({ port }) => port))].map((port) => setField(route, [...path, 'port'], port));
  return [...sections, ...ports, ...found.flatMap((listener) => listenerChanges(listener, parent, route, meaning))];
}

/** The listeners that a parentRef can mean; undefined where there is no such parent. */
function listenersOf(parent: ParentRef, { namespace }: ObjectRef, { graph }: Meaning): readonly ListenerNode[] | undefined {
  const key = `${parent.namespace ?? namespace}/${parent.name}`;
  if (parent.kind === 'ListenerSet') return graph.listenerSets.get(key)?.listeners;
  return graph.gateways.get(key)?.listeners.filter(({ owner }) => owner.kind === 'Gateway');
}

/** A parent of that name is there, and of the other kind. */
function kindChanges(route: Modeled<unknown>, path: FieldPath, parent: ParentRef | undefined, { model }: Meaning): Change[] { // oxlint-disable-line max-params -- a parentRef and what is there.
  const key = `${parent?.namespace ?? route.ref.namespace}/${parent?.name ?? ''}`;
  if (parent?.kind === 'ListenerSet') return model.objects.Gateway.has(key) ? [setField(route, [...path, 'kind'], undefined)] : [];
  return model.objects.ListenerSet.has(key) ? [setField(route, [...path, 'kind'], 'ListenerSet')] : [];
}

interface Named {
  readonly route: Modeled<unknown>;
  readonly path: FieldPath;
  readonly parent: ParentRef;
}

/** The listener is one of a ListenerSet of the Gateway, which a route names in place of the Gateway. */
function setChanges({ route, path, parent }: Named, { graph }: Meaning): Change[] {
  if (parent.kind === 'ListenerSet') return [];
  const listeners = graph.gateways.get(`${parent.namespace ?? route.ref.namespace}/${parent.name}`)?.listeners ?? [];
  return listeners.filter(({ owner, name }) => owner.kind === 'ListenerSet' && name === parent.sectionName).map(({ owner, name }) => setField(route, path, {
    kind: 'ListenerSet', name: owner.name, ...(owner.namespace === route.ref.namespace ? {} : { namespace: owner.namespace }), sectionName: name,
  }));
}

/** Names of parents that are near, then the same name in other namespaces, then the only one that there is. */
function nameChanges(route: Modeled<unknown>, path: FieldPath, parent: ParentRef | undefined, { model }: Meaning): Change[] {
  const name = parent?.name ?? '';
  const namespace = parent?.namespace ?? route.ref.namespace;
  const known = [...(parent?.kind === 'ListenerSet' ? model.objects.ListenerSet : model.objects.Gateway).values()].map(({ ref }) => ref);
  const elsewhere = known.filter((it) => it.name === name && it.namespace !== namespace);
  const near = byDistance(name, known.filter((it) => it.namespace === namespace).map((it) => it.name));
  return [...elsewhere.map((it) => setField(route, [...path, 'namespace'], it.namespace)), ...near.filter((it) => it !== name).map((it) => setField(route, [...path, 'name'], it))];
}

export function byDistance(name: string, candidates: readonly string[]): string[] {
  return [...new Set(candidates)].sort((a, b) => distance(name, a) - distance(name, b)).slice(0, 3);
}

/** Why a listener that the route names does not take it, and what would have to be said there; undefined where the route does not name it, or is on it. */
export function refusalAt(listener: ListenerNode, route: Modeled<unknown>, meaning: Meaning): { readonly fate: Exclude<ListenerFate, 'attached' | 'not-named'>; readonly index: number; readonly changes: Change[] } | undefined {
  const node = meaning.graph.routes.find((it) => isSame(it.ref, route.ref));
  const parents = (valueAt(route, ['spec', 'parentRefs']) ?? []) as readonly ParentRef[];
  for (const [index, parent] of parents.entries()) {
    if (node === undefined || listenersOf(parent, route.ref, meaning)?.includes(listener) !== true) continue;
    const fate = fateOf(listener, { kind: node.kind, route: node.route, ref: parent }, meaning.model);
    if (fate === 'attached') return undefined;
    if (fate !== 'not-named') return { fate, index, changes: listenerChanges(listener, parent, route, meaning) };
  }
  return undefined;
}

/** What a listener would have to say to take the route, no wider than it must be. */
function listenerChanges(listener: ListenerNode, parent: ParentRef, route: Modeled<unknown>, { graph, model }: Meaning): Change[] { // oxlint-disable-line max-params -- a route at a listener.
  const node: RouteNode | undefined = graph.routes.find((it) => isSame(it.ref, route.ref));
  const owner = listener.owner.kind === 'Gateway' ? graph.gateways.get(listener.gateway)?.gateway : model.objects.ListenerSet.get(`${listener.owner.namespace}/${listener.owner.name}`);
  if (node === undefined || owner === undefined) return [];
  const at = ['spec', 'listeners', listener.index];
  switch (fateOf(listener, { kind: node.kind, route: node.route, ref: parent }, model)) {
    case 'other-kind': return [setField(owner, [...at, 'allowedRoutes', 'kinds'], undefined)];
    case 'other-namespace': return allowanceChanges({ owner, at: [...at, 'allowedRoutes', 'namespaces'], current: listener.allowedRoutes?.namespaces }, route.ref.namespace, model);
    case 'other-hostname': return [setField(owner, [...at, 'hostname'], undefined)];
    default: return [];
  }
}

interface Allowance {
  readonly owner: Modeled<unknown>;
  readonly at: FieldPath;
  readonly current: { readonly from?: string; readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly object[] } } | undefined;
}

/** One namespace more is let in, and none that was let in before is shut out. */
function allowanceChanges({ owner, at, current }: Allowance, namespace: string, model: Model): Change[] {
  const labels = Object.entries(current?.selector?.matchLabels ?? {});
  if (current?.from === 'Selector') return labels.length > 0 && (current.selector?.matchExpressions ?? []).length === 0 ? [labelChange(namespace, labels, model)] : [];
  return [setField(owner, at, { from: 'Selector', selector: current?.from === 'Same' ? anyOf([owner.ref.namespace, namespace]) : anyOf([namespace]) })];
}

/** The namespace gets the labels that a selector asks for. */
function labelChange(name: string, labels: readonly (readonly [string, string])[], model: Model): Change {
  const wanted = Object.fromEntries(labels);
  const known = model.objects.Namespace.get(name);
  const words = `Label Namespace ${name} with ${labels.map(([key, value]) => `${key}: ${value}`).join(', ')}.`;
  if (known === undefined) return { words, edits: [{ kind: 'add', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: wanted } } }] };
  return { words, edits: [{ kind: 'set', source: known.source, path: ['metadata', 'labels'], value: { ...known.object.metadata.labels, ...wanted } }] };
}

/** Every namespace carries its name as a label. */
function anyOf(namespaces: readonly string[]): object {
  const key = 'kubernetes.io/metadata.name';
  const [only = ''] = namespaces;
  return namespaces.length === 1 ? { matchLabels: { [key]: only } } : { matchExpressions: [{ key, operator: 'In', values: namespaces }] };
}

/** A Gateway takes ListenerSets of other namespaces where it says so. */
function admissionChanges(set: Modeled<unknown>, { model }: Meaning): Change[] {
  const parent = parentOf(set, ['spec', 'parentRef']);
  const gateway = parent === undefined ? undefined : model.objects.Gateway.get(`${parent.namespace ?? set.ref.namespace}/${parent.name}`);
  if (gateway === undefined) return [];
  const at = ['spec', 'allowedListeners'];
  if (gateway.ref.namespace === set.ref.namespace) return [setField(gateway, at, { namespaces: { from: 'Same' } })];
  return allowanceChanges({ owner: gateway, at: [...at, 'namespaces'], current: gateway.object.spec.allowedListeners?.namespaces }, set.ref.namespace, model);
}
