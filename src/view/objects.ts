import type { ObjectRef } from '../contract/index.ts';
import { type InForce, objectKey, statesByObject } from './in-force.ts';
import { compareStates, type State, worst } from './state.ts';

/** One object in a list. */
export interface ObjectRow {
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: State;
  readonly words: string;
}

/** Kinds that are parts of others, and mean little alone. */
const quiet: ReadonlySet<string> = new Set(['EndpointSlice', 'Namespace', 'Pod', 'Node']);

/** Every object that is read, and those that are not but were named by findings. */
export function objectRows({ model, graph, findings }: InForce): ObjectRow[] {
  const states = statesByObject(findings);
  const attached = new Map(graph.routes.map((it) => [objectKey(it.ref), it]));
  const rows = new Map<string, ObjectRow>();
  const put = (ref: ObjectRef, words: string): void => {
    const key = objectKey(ref);
    const node = attached.get(key);
    const own = ref.kind.endsWith('Route') && node === undefined ? 'unknown' : node?.parents.some(({ accepted }) => accepted.ok) === false ? 'bad' : 'good';
    rows.set(key, { key, kind: ref.kind, namespace: ref.namespace, name: ref.name, words, state: worst([own, states.get(key) ?? 'good']) });
  };
  for (const [kind, objects] of Object.entries(model.objects) as [string, ReadonlyMap<string, { readonly ref: ObjectRef; readonly object: unknown }>][]) {
    if (!quiet.has(kind)) for (const { ref, object } of objects.values()) put(ref, wordsOf(object));
  }
  for (const { object } of findings) if (object !== undefined && !rows.has(objectKey(object)) && !quiet.has(object.kind)) put(object, 'not read');
  return [...rows.values()];
}

interface Spoken {
  readonly spec?: {
    readonly hostnames?: readonly string[];
    readonly gatewayClassName?: string;
    readonly controllerName?: string;
    readonly listeners?: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
    readonly ports?: readonly { readonly port: number }[];
    readonly targetRefs?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly type?: string;
}

/** What tells it from others of its kind. */
function wordsOf(object: unknown): string {
  const { spec = {}, type } = object as Spoken;
  const { hostnames, gatewayClassName, controllerName, listeners, ports, targetRefs } = spec;
  if (hostnames !== undefined) return hostnames.join(', ');
  if (listeners !== undefined) return [...(gatewayClassName === undefined ? [] : [`class ${gatewayClassName}`]), ...listeners.map((it) => `${it.protocol} ${it.port}`)].join(' · ');
  if (targetRefs !== undefined) return `of ${targetRefs.map((it) => `${it.kind} ${it.name}`).join(', ')}`;
  if (ports !== undefined) return `port ${ports.map(({ port }) => port).join(', ')}`;
  return controllerName ?? type ?? '';
}

export interface ObjectFilter {
  readonly kind?: string;
  readonly namespace?: string;
  readonly state?: string;
  /** In name, namespace, kind or words. */
  readonly text?: string;
}

/** Rows that fit, the worst first where no text orders them. */
export function filterObjects(rows: readonly ObjectRow[], { kind = '', namespace = '', state = '', text = '' }: ObjectFilter): ObjectRow[] {
  const wanted = text.toLowerCase();
  const fits = (it: ObjectRow): boolean => (kind === '' || it.kind === kind) && (namespace === '' || it.namespace === namespace) && (state === '' || it.state === state)
    && (wanted === '' || `${it.kind}/${it.namespace}/${it.name} ${it.words}`.toLowerCase().includes(wanted));
  return rows.filter(fits).sort((a, b) => compareStates(a.state, b.state));
}

/** How many there are of each kind and in each namespace. */
export function objectCounts(rows: readonly ObjectRow[]): { readonly kinds: Readonly<Record<string, number>>; readonly namespaces: readonly string[] } {
  const kinds: Record<string, number> = {};
  for (const { kind } of rows) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return { kinds, namespaces: [...new Set(rows.map(({ namespace }) => namespace))].filter((it) => it !== '').sort() };
}
