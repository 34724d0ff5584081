import { kept } from '../base/index.ts';
import type { GatewayReport } from '../contract/index.ts';
import { GatewayPart } from '../fleet/index.ts';
import type { Ir, IrChange, ListenerKey } from '../ir/index.ts';
import type { EnvoyDiscovery, EnvoyGroup, EnvoyResources, EnvoyState, EnvoyTerms, Translate } from '../xds/index.ts';
import { overdueMs, type DataPlaneState } from './data-planes.ts';
import { keptBack, ListenerReports, refusedRoutes } from './envoy-report.ts';
import { IrTables } from './ir-tables.ts';
import type { Lane } from './lane.ts';
import { namesOf } from './native-lane.ts';
import { noReport, type PlaneReport } from './plane-report.ts';

export interface EnvoyLaneOptions {
  readonly discovery: EnvoyDiscovery;
  readonly translate: Translate;
  /** How the Envoys of a Gateway are set up. */
  termsOf(gateway: string): EnvoyTerms;
  /** Milliseconds. */
  now(): number;
}

/** What a Gateway's Envoys are to have. */
interface Handed {
  /** Undefined: it has to begin anew. */
  part: GatewayPart | undefined;
  readonly tables: IrTables;
  readonly reports: ListenerReports;
  report: PlaneReport;
  listeners: ReadonlySet<ListenerKey>;
  resources: EnvoyResources | undefined;
  /** Under which it was translated, as text. */
  terms: string;
  /** When the newest of it was published. */
  since: number;
}

/** Envoys, which get the configuration as resources of their own. */
export class EnvoyLane implements Lane {
  readonly #options: EnvoyLaneOptions;
  readonly #handed = new Map<string, Handed>();

  constructor(options: EnvoyLaneOptions) {
    this.#options = options;
  }

  get gateways(): Iterable<string> {
    return this.#handed.keys();
  }

  has(gateway: string): boolean {
    return this.#handed.has(gateway);
  }

  listenersOf(gateway: string): ReadonlySet<ListenerKey> {
    return this.#handed.get(gateway)?.listeners ?? new Set();
  }

  hand(gateway: string, ir: Ir, change: IrChange | undefined): void {
    const { discovery, translate, termsOf, now } = this.#options;
    const handed = this.#handed.get(gateway) ?? { part: undefined, tables: new IrTables(), reports: new ListenerReports(), report: noReport, listeners: new Set(), resources: undefined, terms: '', since: now() };
    this.#handed.set(gateway, handed);
    const { tables, part: known } = handed;
    const part = known ?? new GatewayPart(...namesOf(gateway));
    handed.part = part;
    const terms = termsOf(gateway);
    const said = JSON.stringify(terms);
    const names = part.update(ir, known === undefined ? undefined : change);
    if (known === undefined) tables.clear();
    else if (names.size === 0 && said === handed.terms) return;
    handed.terms = said;
    const other = tables.enter(new Map([...known === undefined ? part.entries.keys() : names].map((name) => [name, part.entries.get(name)])));
    handed.listeners = part.listeners;
    const resources = translate(tables.ir, terms, handed.resources, known === undefined ? undefined : other);
    if (resources !== handed.resources) handed.since = now();
    handed.resources = resources;
    discovery.publish(gateway, resources);
  }

  miss(gateway: string): void {
    const handed = this.#handed.get(gateway);
    if (handed !== undefined) handed.part = undefined;
  }

  forget(gateway: string): void {
    this.#handed.delete(gateway);
    this.#options.discovery.forget(gateway);
  }

  hasPlanes(gateway: string): boolean {
    return this.#options.discovery.isFollowed(gateway);
  }

  statesOf(gateway: string): readonly Omit<DataPlaneState, 'gateway'>[] {
    return this.#options.discovery.group(gateway).states.map(planeState);
  }

  report(gateway: string): PlaneReport {
    const handed = this.#handed.get(gateway);
    if (handed?.resources === undefined) return noReport;
    const group = this.#options.discovery.group(gateway);
    const refused = refusedRoutes(group.problems, handed.tables.ir).map((it) => ({ ...it, gateway }));
    const listeners = handed.reports.update(handed.listeners, handed.resources, group);
    handed.report = kept(handed.report, { listeners, gateway: this.#gatewayReport(handed, group), ...(refused.length === 0 ? {} : { refused }) });
    return handed.report;
  }

  #gatewayReport({ since }: Handed, group: EnvoyGroup): GatewayReport {
    const behind = group.states.filter((it) => !it.isInSync).map((it) => `data plane ${it.instance} has not answered`).join('; ');
    const overdue = behind === '' || this.#options.now() - since < overdueMs ? [] : [`The newest configuration is not in force everywhere: ${behind}.`];
    const but = [...overdue, ...keptBack(group.problems)].join(' ');
    return { ...(behind === '' ? {} : { waiting: behind }), ...(but === '' ? {} : { but }) };
  }
}

/** An Envoy that refuses something has all the rest, so it is in sync. */
export function planeState({ instance, isInSync, lastRefusal }: EnvoyState): Omit<DataPlaneState, 'gateway'> {
  return { name: instance, state: isInSync ? 'in sync' : 'behind', ...(lastRefusal === undefined ? {} : { message: `last refused: ${lastRefusal}` }) };
}
