import { kept, Memo } from '../base/index.ts';
import type { ApplyReport, GatewayReport, ListenerReport, RefusedPart } from '../contract/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import type { DataPlaneState } from './data-planes.ts';
import type { Lane } from './lane.ts';
import { hasEntries, joinReports, servesAny, type PlaneReport } from './plane-report.ts';

/**
 * Of the resources of native data planes: each is one entry of a table of the IR, named `table/key`, as text; the hosts of listeners are entries of their
 * own. Its version is another one when data planes of before could not read it.
 */
export const irTypeUrl = 'type.googleapis.com/postern.dev.ir.v2.Entry';

export interface FleetPlaneOptions {
  /** Whether pods of the Gateway are ready although none told this process: they follow another one, or have not come back yet. */
  isServedElsewhere(gateway: string): boolean;
  /** What is reported changed otherwise than by `apply`. */
  onNews(): void;
  /** What the data planes that follow this process are known to have, for other replicas; undefined: of this Gateway nothing. */
  onLocal?(gateway: string, text: string | undefined): void;
}

/** Gives each Gateway's data planes their part of the configuration, and knows what each of them made of it. Gateways are named `namespace/name`. */
export class FleetPlane {
  readonly #options: FleetPlaneOptions;
  readonly #lane: Lane;
  /** What all replicas know of each Gateway. */
  readonly #joints = new Map<string, { readonly isUntold: Memo<boolean>; readonly report: Memo<PlaneReport> }>();
  /** What was last reported by `apply`, of each Gateway and as a whole. */
  #reported: ReadonlyMap<string, PlaneReport> = new Map();
  #applied: ApplyReport = { listeners: {} };
  /** What other replicas were told last. */
  readonly #told = new Map<string, PlaneReport>();
  /** What other replicas know of their data planes, by replica and Gateway. */
  readonly #elsewhere = new Map<string, Map<string, PlaneReport>>();

  /** `lane`: of the kind of its data planes. */
  constructor(lane: Lane, options: FleetPlaneOptions) {
    this.#lane = lane;
    this.#options = options;
  }

  /**
   * Hands the configuration out to `gateways`; the report is of what data planes took before. Of those that are not among `known` all is forgotten.
   * `change`: what is other in the IR than at the last call; undefined: anything.
   */
  apply(ir: Ir, gateways: readonly string[], known: (gateway: string) => boolean, change?: IrChange): ApplyReport { // oxlint-disable-line max-params -- what, to whom.
    for (const gateway of gateways) this.#lane.hand(gateway, ir, change);
    for (const gateway of Array.from(this.#lane.gateways)) if (!known(gateway)) this.#forget(gateway);
    // Of those that get nothing now the changes are missed, so that they begin anew.
    const served = new Set(gateways);
    for (const gateway of this.#lane.gateways) if (!served.has(gateway)) this.#lane.miss(gateway);
    for (const gateway of this.#lane.gateways) this.#tellOthers(gateway);
    return this.#renewed(new Map([...this.#lane.gateways].map((gateway) => [gateway, this.#report(gateway)])));
  }

  /** The same report while nothing in it is other. */
  #renewed(reports: ReadonlyMap<string, PlaneReport>): ApplyReport {
    const before = this.#reported;
    this.#reported = reports;
    if (reports.size === before.size && [...reports].every(([gateway, it]) => before.get(gateway) === it)) return this.#applied;
    const listeners: Record<string, ListenerReport> = {};
    const gateways: Record<string, GatewayReport> = {};
    const refused: RefusedPart[] = [];
    for (const [gateway, report] of reports) {
      Object.assign(listeners, report.listeners);
      gateways[gateway] = report.gateway;
      refused.push(...report.refused ?? []);
    }
    this.#applied = { listeners, gateways, ...(refused.length === 0 ? {} : { refused }) };
    return this.#applied;
  }

  /** Whether some data plane carries the newest configuration of the Gateway, or is taken to. */
  isServed(gateway: string): boolean {
    return servesAny(this.#report(gateway));
  }

  /** Looks whether a data plane has become too slow. */
  look(): void {
    for (const gateway of this.#lane.gateways) this.notice(gateway);
  }

  /** What each data plane has, for people. */
  get states(): readonly DataPlaneState[] {
    return [...this.#lane.gateways].flatMap((gateway) => this.#lane.statesOf(gateway).map((it) => ({ gateway, ...it })));
  }

  /** What another replica said of a Gateway's data planes, or that it no longer says anything. */
  told(replica: string, gateway: string, text: string | undefined): void {
    const reports = this.#elsewhere.get(replica) ?? new Map<string, PlaneReport>();
    this.#elsewhere.set(replica, reports);
    if (text === undefined) reports.delete(gateway);
    else reports.set(gateway, JSON.parse(text) as PlaneReport);
    this.notice(gateway);
  }

  /** Another replica can't be heard. */
  lost(replica: string): void {
    const reports = this.#elsewhere.get(replica);
    this.#elsewhere.delete(replica);
    for (const gateway of reports?.keys() ?? []) this.notice(gateway);
  }

  /** Something may have changed at its data planes. */
  notice(gateway: string): void {
    this.#tellOthers(gateway);
    if (!this.#lane.has(gateway) || this.#reported.get(gateway) === this.#report(gateway)) return;
    this.#options.onNews();
  }

  #report(gateway: string): PlaneReport {
    const all = [this.#lane.report(gateway), ...[...this.#elsewhere.values()].flatMap((it) => it.get(gateway) ?? [])];
    const joint = this.#joints.get(gateway) ?? { isUntold: new Memo<boolean>(), report: new Memo<PlaneReport>() };
    this.#joints.set(gateway, joint);
    const isPresumed = joint.isUntold.of(all, () => all.every((it) => !hasEntries(it.listeners))) && this.#options.isServedElsewhere(gateway);
    const keys = this.#lane.listenersOf(gateway);
    return joint.report.of([keys, isPresumed, ...all], (before) => kept(before, joinReports(all, keys, isPresumed)));
  }

  #tellOthers(gateway: string): void {
    const report = this.#lane.hasPlanes(gateway) ? this.#lane.report(gateway) : undefined;
    // A fleet of another class, which may tell of the same Gateway, is not talked over.
    if (report === this.#told.get(gateway)) return;
    if (report === undefined) this.#told.delete(gateway);
    else this.#told.set(gateway, report);
    this.#options.onLocal?.(gateway, report === undefined ? undefined : JSON.stringify(report));
  }

  #forget(gateway: string): void {
    this.#lane.forget(gateway);
    this.#joints.delete(gateway);
    this.#tellOthers(gateway);
  }
}
