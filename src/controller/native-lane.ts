import { createHash } from 'node:crypto';
import { GatewayPart } from '../fleet/index.ts';
import type { Ir, IrChange, ListenerKey } from '../ir/index.ts';
import { irText } from '../proxy/index.ts';
import type { ResourceSet, Settled, VersionedResource } from '../xds/index.ts';
import { DataPlanes, type DataPlaneState, type Published } from './data-planes.ts';
import type { Lane } from './lane.ts';
import { noReport, type PlaneReport } from './plane-report.ts';

export interface NativeLaneOptions {
  /** Hands a Gateway's configuration to its data planes. `changed`: names of the resources that differ from the set before. */
  publish(gateway: string, set: ResourceSet, changed: ReadonlySet<string>): void;
  /** The Gateway is no more. */
  forget(gateway: string): void;
  /** Milliseconds. */
  now(): number;
}

/** What a Gateway's data planes are to have. The part and the resources live on; each state that was published is a set of its own. */
interface Handed {
  readonly part: GatewayPart;
  readonly resources: Map<string, VersionedResource>;
}

/** Native data planes, which get the entries of the IR as they are. */
export class NativeLane implements Lane {
  readonly #options: NativeLaneOptions;
  readonly #handed = new Map<string, Handed>();
  readonly #published = new Map<string, Published>();
  readonly #planes = new Map<string, DataPlanes>();

  constructor(options: NativeLaneOptions) {
    this.#options = options;
  }

  get gateways(): Iterable<string> {
    return this.#published.keys();
  }

  has(gateway: string): boolean {
    return this.#published.has(gateway);
  }

  listenersOf(gateway: string): ReadonlySet<ListenerKey> {
    return this.#published.get(gateway)?.listeners ?? new Set();
  }

  hand(gateway: string, ir: Ir, change: IrChange | undefined): void {
    const known = this.#handed.get(gateway);
    const handed = known ?? { part: new GatewayPart(...namesOf(gateway)), resources: new Map(this.#published.get(gateway)?.set.resources) };
    this.#handed.set(gateway, handed);
    const { part, resources } = handed;
    const names = part.update(ir, known === undefined ? undefined : change);
    const changed = renewed(resources, part.entries, known === undefined ? new Set([...names, ...resources.keys()]) : names);
    if (changed.size === 0 && this.#published.has(gateway)) return;
    const published = { set: { resources }, listeners: part.listeners };
    this.#published.set(gateway, published);
    this.#planesOf(gateway).published(published);
    this.#options.publish(gateway, published.set, changed);
  }

  miss(gateway: string): void {
    this.#handed.delete(gateway);
  }

  forget(gateway: string): void {
    this.#published.delete(gateway);
    this.#handed.delete(gateway);
    this.#planes.delete(gateway);
    this.#options.forget(gateway);
  }

  report(gateway: string): PlaneReport {
    const published = this.#published.get(gateway);
    return published === undefined ? noReport : this.#planesOf(gateway).report(published, this.#options.now());
  }

  hasPlanes(gateway: string): boolean {
    return this.#planes.get(gateway)?.isEmpty === false;
  }

  statesOf(gateway: string): readonly Omit<DataPlaneState, 'gateway'>[] {
    const published = this.#published.get(gateway);
    return published === undefined ? [] : this.#planesOf(gateway).states(published);
  }

  /** These data planes follow the Gateway now, and no others. */
  connected(gateway: string, instances: readonly string[]): void {
    this.#planesOf(gateway).connected(instances);
    if (instances.length === 0 && !this.#published.has(gateway)) this.#planes.delete(gateway);
  }

  /** A data plane took a set, or refused it. */
  settled(gateway: string, instance: string, settled: Settled): void {
    this.#planesOf(gateway).settled(instance, settled);
  }

  #planesOf(gateway: string): DataPlanes {
    const known = this.#planes.get(gateway) ?? new DataPlanes(this.#options.now);
    this.#planes.set(gateway, known);
    return known;
  }
}

/** The two names in `namespace/name`. */
export function namesOf(gateway: string): [namespace: string, name: string] {
  const [namespace = '', name = ''] = gateway.split('/');
  return [namespace, name];
}

/** Brings resources to the entries of these names; the names of those that are not as they were. */
function renewed(resources: Map<string, VersionedResource>, entries: ReadonlyMap<string, unknown>, names: Iterable<string>): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const name of names) {
    const [entry, known] = [entries.get(name), resources.get(name)];
    if (entry === undefined) {
      if (resources.delete(name)) changed.add(name);
      continue;
    }
    const read = Buffer.from(irText(entry));
    if (known?.bytes.equals(read) === true) continue;
    // A copy of its own, since a small buffer keeps the whole block that it was cut from.
    const bytes = Buffer.allocUnsafeSlow(read.length);
    read.copy(bytes);
    resources.set(name, { name, bytes, version: createHash('sha256').update(bytes).digest('base64url').slice(0, 16) });
    changed.add(name);
  }
  return changed;
}
