import { createHash } from 'node:crypto';
import type { ApplyReport, GatewayReport, ListenerReport } from '../contract/index.ts';
import { gatewayIr } from '../fleet/index.ts';
import type { Ir } from '../ir/index.ts';
import { irText } from '../proxy/index.ts';
import type { ResourceSet, Settled, VersionedResource } from '../xds/index.ts';
import { DataPlanes, type DataPlaneState, type Published } from './data-planes.ts';
import { joinReports, type PlaneReport } from './plane-report.ts';

/** Of the resources of native data planes: each is one entry of a table of the IR, named `table/key`, as text. */
export const irTypeUrl = 'type.googleapis.com/postern.dev.ir.v1.Entry';

export interface FleetPlaneOptions {
  /** Hands a Gateway's configuration to its data planes. */
  publish(gateway: string, set: ResourceSet): void;
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

/** Gives each Gateway's data planes their part of the configuration, and knows what each of them made of it. Gateways are named `namespace/name`. */
export class FleetPlane {
  readonly #options: FleetPlaneOptions;
  readonly #published = new Map<string, Published>();
  readonly #planes = new Map<string, DataPlanes>();
  /** What was last reported of each Gateway, as text. */
  readonly #reported = new Map<string, string>();
  /** What other replicas know of their data planes, by replica and Gateway. */
  readonly #elsewhere = new Map<string, Map<string, PlaneReport>>();

  constructor(options: FleetPlaneOptions) {
    this.#options = options;
  }

  /** Hands the configuration out to `gateways`; the report is of what data planes took before. Of those that are not among `known` all is forgotten. */
  apply(ir: Ir, gateways: readonly string[], known: (gateway: string) => boolean): ApplyReport {
    for (const gateway of gateways) this.#hand(gateway, gatewayIr(ir, ...namesOf(gateway)));
    for (const gateway of this.#published.keys()) if (!known(gateway)) this.#forget(gateway);
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

  #hand(gateway: string, ir: Ir): void {
    const before = this.#published.get(gateway);
    const resources = resourcesOf(ir, before?.set.resources);
    if (before !== undefined && isSame(before.set.resources, resources)) return;
    const published = { set: { resources }, listeners: new Set([...Object.keys(ir.listeners), ...Object.keys(ir.streamListeners ?? {})]) };
    this.#published.set(gateway, published);
    this.#planesOf(gateway).published(published);
    this.#options.publish(gateway, published.set);
  }

  #forget(gateway: string): void {
    this.#published.delete(gateway);
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

function resourcesOf(ir: Ir, before: ResourceSet['resources'] | undefined): Map<string, VersionedResource> {
  const resources = new Map<string, VersionedResource>();
  for (const [table, entries] of Object.entries(ir)) {
    for (const [key, entry] of Object.entries(entries as Readonly<Record<string, unknown>>)) {
      const name = `${table}/${key}`;
      const bytes = Buffer.from(irText(entry));
      const known = before?.get(name);
      resources.set(name, known?.bytes.equals(bytes) === true ? known : { name, bytes, version: createHash('sha256').update(bytes).digest('base64url').slice(0, 16) });
    }
  }
  return resources;
}

function isSame(before: ResourceSet['resources'], after: ResourceSet['resources']): boolean {
  return before.size === after.size && [...after].every(([name, resource]) => before.get(name) === resource);
}
