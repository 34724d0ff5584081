import type { GatewayNode, Graph, ListenerNode } from '../attach/index.ts';
import { formatPosition, type ObjectRef, type Origin } from '../contract/index.ts';
import type { Ir } from '../ir/index.ts';
import type { Modeled } from '../model/index.ts';
import { type InForce, objectKey } from './in-force.ts';
import { shown } from './shown.ts';

/** The configuration on its way: as written, as joined, as a proxy's words, and as Envoy's where Envoy carries it. */
export const stageNames = ['objects', 'graph', 'ir', 'xds'] as const;
export type StageName = (typeof stageNames)[number];

/** One entry of a stage, without its content. */
export interface StageRow {
  readonly stage: StageName;
  /** Unique within the stage. */
  readonly key: string;
  /** What kind of entry it is. */
  readonly kind: string;
  readonly title: string;
  /** Keys of the objects that it comes from, the nearest first. */
  readonly of: readonly string[];
}

/** One entry with its content. */
export interface StageEntry extends StageRow {
  /** Without secrets. */
  readonly value: unknown;
  /** `file:line:column`, of objects in files. */
  readonly place?: string;
  /** The same thing at other stages. */
  readonly related: readonly StageRow[];
  /** Other entries that the content names: text of a scalar to entry. */
  readonly links: Readonly<Record<string, { readonly stage: StageName; readonly key: string }>>;
}

/** What is known of one entry until somebody looks at it. */
interface Held extends StageRow {
  read(): unknown;
  readonly place?: () => string | undefined;
}

/** All entries of a configuration. Contents are only made when they are looked at. */
export class Stages {
  readonly #byStage: Readonly<Record<StageName, ReadonlyMap<string, Held>>>;
  readonly #byObject = new Map<string, Held[]>();

  /** `xds`: what Envoy is given, by the name of the resource; empty where no Envoy is driven. */
  constructor({ model, graph, ir }: Pick<InForce, 'model' | 'graph' | 'ir'>, xds: readonly XdsResource[] = []) {
    const byStage = { objects: objectEntries(model.objects), graph: graphEntries(graph), ir: irEntries(ir), xds: xds.map(xdsEntry) };
    this.#byStage = {
      objects: byKey(byStage.objects), graph: byKey(byStage.graph), ir: byKey(byStage.ir), xds: byKey(byStage.xds),
    };
    for (const it of Object.values(byStage).flat()) for (const key of it.of) this.#byObject.set(key, [...this.#byObject.get(key) ?? [], it]);
  }

  rows(stage: StageName, text = ''): StageRow[] {
    const wanted = text.toLowerCase();
    return [...this.#byStage[stage].values()].filter(({ key, title, kind }) => wanted === '' || `${kind} ${title} ${key}`.toLowerCase().includes(wanted)).map(rowOf);
  }

  entry(stage: StageName, key: string): StageEntry | undefined {
    const held = this.#byStage[stage].get(key);
    if (held === undefined) return undefined;
    const place = held.place?.();
    const value = shown(held.read());
    const related = [...new Set(held.of.flatMap((it) => this.#byObject.get(it) ?? []))].filter((it) => it !== held).slice(0, mostRelated).map(rowOf);
    return { ...rowOf(held), value, ...(place === undefined ? {} : { place }), related, links: this.#links(value) };
  }

  /** Strings that are keys of entries, of the same stage or of the one before. */
  #links(value: unknown): StageEntry['links'] {
    const links: Record<string, { readonly stage: StageName; readonly key: string }> = {};
    for (const text of stringsIn(value)) {
      const stage = (['ir', 'graph', 'objects', 'xds'] as const).find((it) => this.#byStage[it].has(text));
      if (stage !== undefined) links[text] = { stage, key: text };
    }
    return links;
  }
}

const mostRelated = 40;

/** A resource for Envoy. */
export interface XdsResource {
  readonly type: string;
  readonly name: string;
  read(): unknown;
  readonly origins: readonly Origin[];
}

function rowOf({ stage, key, kind, title, of }: Held): StageRow {
  return { stage, key, kind, title, of };
}

function byKey(entries: readonly Held[]): ReadonlyMap<string, Held> {
  return new Map(entries.map((it) => [it.key, it]));
}

function objectEntries(objects: InForce['model']['objects']): Held[] {
  const all = Object.values(objects as Readonly<Record<string, ReadonlyMap<string, Modeled<unknown>>>>).flatMap((it) => [...it.values()]);
  return all.map(({ ref, source }): Held => ({
    stage: 'objects', key: objectKey(ref), kind: ref.kind, title: nameOf(ref), of: [objectKey(ref)], read: () => source.value,
    place: () => {
      const position = source.locate([]);
      return position === undefined ? undefined : formatPosition(position);
    },
  }));
}

function nameOf({ namespace, name }: ObjectRef): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function graphEntries(graph: Graph): Held[] {
  const entry = (kind: string, ref: ObjectRef, read: () => unknown): Held => ({ stage: 'graph', key: `graph:${objectKey(ref)}`, kind, title: nameOf(ref), of: [objectKey(ref)], read });
  return [
    ...[...graph.gateways.values()].flatMap((node) => [entry('Gateway', node.ref, () => lean(node)), ...node.listeners.map((it) => listenerEntry(it, node))]),
    ...[...graph.listenerSets.values()].map((node) => entry('ListenerSet', node.ref, () => lean(node))),
    ...graph.routes.map((node) => entry(node.kind, node.ref, () => lean(node))),
    ...[...graph.backends.values()].map((node): Held => ({ ...entry('backend', node.service, () => lean(node)), key: `graph:${node.key}`, title: node.key })),
    ...[...graph.backendPolicies, ...graph.telemetryPolicies, ...graph.trafficPolicies].map((node) => entry(node.ref.kind, node.ref, () => lean(node))),
  ];
}

function listenerEntry(node: ListenerNode, { ref }: GatewayNode): Held {
  return { stage: 'graph', key: `graph:${node.key}`, kind: 'listener', title: `${nameOf(node.owner)} ${node.name}`, of: [objectKey(node.owner), objectKey(ref)], read: () => lean(node) };
}

/** A node without what has entries of its own: objects are said by their names, listeners by their keys. */
function lean(node: object): unknown {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, leanPart(value)]));
}

function leanPart(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(leanPart);
  if ('source' in value && 'ref' in value) return objectKey(value.ref as ObjectRef);
  if ('owner' in value && 'key' in value) return `graph:${String(value.key)}`;
  return Object.getPrototypeOf(value) === Object.prototype ? lean(value) : value;
}

function irEntries(ir: Ir): Held[] {
  const entry = (kind: string, key: string, value: { readonly origin: Origin }): Held => ({
    stage: 'ir', key, kind, title: key, of: originKeys(value.origin), read: () => (kind === 'backend' ? { ...value, endpoints: ir.endpoints[key] ?? [] } : value),
  });
  const table = (kind: string, entries: Readonly<Record<string, { readonly origin: Origin }>>): Held[] => Object.entries(entries).map(([key, value]) => entry(kind, key, value));
  return [
    ...Object.entries(ir.sockets).map(([key, value]): Held => ({ stage: 'ir', key, kind: 'socket', title: key, of: [], read: () => value })),
    ...table('listener', ir.listeners), ...table('stream listener', ir.streamListeners ?? {}), ...table('route', ir.routes), ...table('stream route', ir.streamRoutes ?? {}),
    ...table('backend', ir.backends), ...table('certificate', ir.certificates), ...table('tracing', ir.tracings ?? {}),
  ];
}

function originKeys(origin: Origin): string[] {
  return [objectKey(origin), ...(origin.parent === undefined ? [] : [objectKey(origin.parent)])];
}

function xdsEntry({ type, name, read, origins }: XdsResource): Held {
  return { stage: 'xds', key: `${type}/${name}`, kind: type, title: name, of: [...new Set(origins.flatMap(originKeys))], read };
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const it of value) yield* stringsIn(it);
  else if (typeof value === 'object' && value !== null) for (const it of Object.values(value)) yield* stringsIn(it);
}

