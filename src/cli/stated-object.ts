import type { Kind } from '../api/index.ts';
import { kindOf } from '../explain/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { StatusDocument } from '../status/index.ts';

/** An object with its status, as `kubectl get -o json` prints it. */
export interface StatedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly generation?: number; readonly creationTimestamp?: string };
  readonly spec?: unknown;
  readonly status?: object;
}

/** Kinds that have a status, in the order in which they are printed. */
export const statedKinds = [
  'GatewayClass', 'Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute', 'BackendTLSPolicy', 'XTelemetryPolicy', 'XBackendTrafficPolicy', 'XBackend',
] as const satisfies readonly Kind[];

/** Words for several kinds at once. */
const groups: Readonly<Record<string, readonly string[]>> = {
  routes: statedKinds.filter((it) => it.endsWith('Route')),
  policies: statedKinds.filter((it) => it.endsWith('Policy')),
  all: statedKinds,
};

/** What people can ask for: groups, then single kinds. */
export const kindWords: readonly string[] = ['gateways', ...Object.keys(groups), ...statedKinds.map((it) => it.toLowerCase())];

/** The kinds that a word means; undefined where it means none that has a status. */
export function kindsMeant(word: string): readonly string[] | undefined {
  const lower = word.toLowerCase();
  if (Object.hasOwn(groups, lower)) return groups[lower];
  if (lower === 'route' || lower === 'policy') return groups[lower === 'route' ? 'routes' : 'policies'];
  const kind = kindOf(lower);
  return kind !== undefined && (statedKinds as readonly string[]).includes(kind) ? [kind] : undefined;
}

/** What one of several kinds is called: `HTTPRoute`, `route`. */
export function oneOf(kinds: readonly string[]): string {
  if (kinds.length === 1) return kinds[0]!;
  return kinds === groups['routes'] ? 'route' : kinds === groups['policies'] ? 'policy' : 'object';
}

/** Objects of these kinds with the statuses that were made for them; those that nobody answers for have none. */
export function statedObjects(model: Model, documents: readonly StatusDocument[]): StatedObject[] {
  const key = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`;
  const statuses = new Map(documents.map(({ ref, status }) => [key(ref.kind, ref.namespace, ref.name), status]));
  return statedKinds.flatMap((kind) => [...model.objects[kind].values() as Iterable<Modeled<{ readonly apiVersion: string; readonly spec?: unknown }>>].map(({ ref, object, generation, created }): StatedObject => {
    const status = statuses.get(key(ref.kind, ref.namespace, ref.name));
    return {
      apiVersion: object.apiVersion, kind: ref.kind,
      metadata: { name: ref.name, ...(ref.namespace === '' ? {} : { namespace: ref.namespace }), generation, ...(created === '' ? {} : { creationTimestamp: created }) },
      spec: object.spec, ...(status === undefined ? {} : { status }),
    };
  }));
}

/** The same objects as several see them: the word of whoever answers for an object counts, and all parents of a route that do. */
export function joinedObjects(views: readonly (readonly StatedObject[])[]): StatedObject[] {
  const joined = new Map<string, StatedObject>();
  for (const it of views.flat()) {
    const key = `${it.kind} ${it.metadata.namespace ?? ''}/${it.metadata.name}`;
    const known = joined.get(key);
    if (known?.status === undefined) joined.set(key, it);
    else if (it.status !== undefined) joined.set(key, { ...known, status: { ...known.status, ...listsOf(known.status, it.status) } });
  }
  return [...joined.values()];
}

/** What controllers say one beside the other. */
function listsOf(a: object, b: object): object {
  return Object.fromEntries(['parents', 'ancestors'].flatMap((field) => {
    const both = [a, b].flatMap((it) => (it as Readonly<Record<string, readonly unknown[] | undefined>>)[field] ?? []);
    return both.length === 0 ? [] : [[field, both]];
  }));
}

/** What is said of objects, as documents of nothing but statuses. */
export function statusesOf(objects: readonly StatedObject[]): StatusDocument[] {
  return objects.filter(({ status }) => status !== undefined).map(({ apiVersion, kind, metadata: { namespace = '', name, generation = 0 }, status }) => ({
    apiVersion, ref: { group: apiVersion.split('/')[0]!, kind, namespace, name }, generation, status: status as StatusDocument['status'],
  }));
}
