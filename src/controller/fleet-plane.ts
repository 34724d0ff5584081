import { createHash } from 'node:crypto';
import type { ApplyReport, GatewayReport, ListenerReport } from '../contract/index.ts';
import { GatewayPart } from '../fleet/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import { irText } from '../proxy/index.ts';
import type { ResourceSet, Settled, VersionedResource } from '../xds/index.ts';
import { DataPlanes, type DataPlaneState, type Published } from './data-planes.ts';
import { joinReports, type PlaneReport } from './plane-report.ts';

/**
 * Of the resources of native data planes: each is one entry of a table of the IR, named `table/key`, as text; the hosts of listeners are entries of their
 * own. Its version is another one when data planes of before could not read it.
 */
export const irTypeUrl = 'type.googleapis.com/postern.dev.ir.v2.Entry';

export interface FleetPlaneOptions {
  /** Hands a Gateway's configuration to its data planes. `changed`: names of the resources that differ from the set before. */
  publish(gateway: string, set: ResourceSet, changed: ReadonlySet<string>): void;
  /** The Gateway is no more. */
  forget(gateway: string): void;
  /** Whether pods of the Gateway are ready although none told this process: they follow another one, or have not come back yet. */
  isServedElsewhere(gateway: string): boolean;
  /** What is reported changed otherwise than by `apply`. */
  onNews(): void;
  /** What the data planes that follow this process are known to have, for other replicas; undefined: of this Gateway nothing. */
  onLocal?(gateway: string, text: string | undefined): void;
  /** Milliseconds. */
  now(): number;
}

/** What a Gateway's data planes are to have. The part and the resources live on; each state that was published is a set of its own. */
interface Handed {
  readonly part: GatewayPart;
  readonly resources: Map<string, VersionedResource>;
}

/** Gives each Gateway's data planes their part of the configuration, and knows what each of them made of it. Gateways are named `namespace/name`. */
export class FleetPlane {
  readonly #options: FleetPlaneOptions;
  readonly #handed = new Map<string, Handed>();
  readonly #published = new Map<string, Published>();
  readonly #planes = new Map<string, DataPlanes>();
  /** What was last reported of each Gateway, as text. */
  readonly #reported = new Map<string, string>();
  /** What other replicas know of their data planes, by replica and Gateway. */
  readonly #elsewhere = new Map<string, Map<string, PlaneReport>>();

  constructor(options: FleetPlaneOptions) {
    this.#options = options;
  }

  /**
   * Hands the configuration out to `gateways`; the report is of what data planes took before. Of those that are not among `known` all is forgotten.
   * `change`: what is other in the IR than at the last call; undefined: anything.
   */
  apply(ir: Ir, gateways: readonly string[], known: (gateway: string) => boolean, change?: IrChange): ApplyReport { // oxlint-disable-line max-params -- what, to whom.
    for (const gateway of gateways) this.#hand(gateway, ir, change);
    for (const gateway of this.#published.keys()) if (!known(gateway)) this.#forget(gateway);
    // Of those that get nothing now the changes are missed, so that they begin anew.
    const served = new Set(gateways);
    for (const gateway of this.#handed.keys()) if (!served.has(gateway)) this.#handed.delete(gateway);
    const listeners: Record<string, ListenerReport> = {};
    const reports: Record<string, GatewayReport> = {};
    for (const gateway of this.#published.keys()) {
      this.#tellOthers(gateway);
      const report = this.#report(gateway);
      this.#reported.set(gateway, JSON.stringify(report));
      Object.assign(listeners, report.listeners);
      reports[gateway] = report.gateway;
    }
    return { listeners, gateways: reports };
  }

  /** Whether some data plane carries the newest configuration of the Gateway, or is taken to. */
  isServed(gateway: string): boolean {
    return Object.values(this.#report(gateway).listeners).some((it) => it.state === 'serving');
  }

  /** Looks whether a data plane has become too slow. */
  look(): void {
    for (const gateway of this.#published.keys()) this.#notice(gateway);
  }

  /** These data planes follow the Gateway now, and no others. */
  connected(gateway: string, instances: readonly string[]): void {
    this.#planesOf(gateway).connected(instances);
    if (instances.length === 0 && !this.#published.has(gateway)) this.#planes.delete(gateway);
    this.#notice(gateway);
  }

  /** A data plane took a set, or refused it. */
  settled(gateway: string, instance: string, settled: Settled): void {
    this.#planesOf(gateway).settled(instance, settled);
    this.#notice(gateway);
  }

  /** What each data plane has, for people. */
  get states(): readonly DataPlaneState[] {
    return [...this.#published].flatMap(([gateway, published]) => this.#planesOf(gateway).states(published).map((it) => ({ gateway, ...it })));
  }

  /** What another replica said of a Gateway's data planes, or that it no longer says anything. */
  told(replica: string, gateway: string, text: string | undefined): void {
    const reports = this.#elsewhere.get(replica) ?? new Map<string, PlaneReport>();
    this.#elsewhere.set(replica, reports);
    if (text === undefined) reports.delete(gateway);
    else reports.set(gateway, JSON.parse(text) as PlaneReport);
    this.#notice(gateway);
  }

  /** Another replica can't be heard. */
  lost(replica: string): void {
    const reports = this.#elsewhere.get(replica);
    this.#elsewhere.delete(replica);
    for (const gateway of reports?.keys() ?? []) this.#notice(gateway);
  }

  #local(gateway: string): PlaneReport {
    const published = this.#published.get(gateway);
    return published === undefined ? nothing : this.#planesOf(gateway).report(published, this.#options.now());
  }

  #report(gateway: string): PlaneReport {
    const published = this.#published.get(gateway);
    if (published === undefined) return nothing;
    const all = [this.#local(gateway), ...[...this.#elsewhere.values()].flatMap((it) => it.get(gateway) ?? [])];
    const isPresumed = all.every((it) => Object.keys(it.listeners).length === 0) && this.#options.isServedElsewhere(gateway);
    return joinReports(all, published.listeners, isPresumed);
  }

  #notice(gateway: string): void {
    this.#tellOthers(gateway);
    if (!this.#published.has(gateway) || this.#reported.get(gateway) === JSON.stringify(this.#report(gateway))) return;
    this.#options.onNews();
  }

  #tellOthers(gateway: string): void {
    this.#options.onLocal?.(gateway, this.#planes.get(gateway)?.isEmpty === false ? JSON.stringify(this.#local(gateway)) : undefined);
  }

  #planesOf(gateway: string): DataPlanes {
    const known = this.#planes.get(gateway) ?? new DataPlanes(this.#options.now);
    this.#planes.set(gateway, known);
    return known;
  }

  #hand(gateway: string, ir: Ir, change: IrChange | undefined): void {
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

  #forget(gateway: string): void {
    this.#published.delete(gateway);
    this.#handed.delete(gateway);
    this.#planes.delete(gateway);
    this.#reported.delete(gateway);
    this.#tellOthers(gateway);
    this.#options.forget(gateway);
  }
}

const nothing: PlaneReport = { listeners: {}, gateway: {} };

function namesOf(gateway: string): [string, string] {
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
    const bytes = Buffer.from(irText(entry));
    if (known?.bytes.equals(bytes) === true) continue;
    resources.set(name, { name, bytes, version: createHash('sha256').update(bytes).digest('base64url').slice(0, 16) });
    changed.add(name);
  }
  return changed;
}
