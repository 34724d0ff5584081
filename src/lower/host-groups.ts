import { compareRoutes, compareSpecificity, type RouteNode } from '../attach/index.ts';
import { edited, kept, placeIn } from '../base/index.ts';
import type { HostRoutes, Match } from '../ir/index.ts';
import { comparePrecedence } from './precedence.ts';

/** One match of one rule, and its key in the IR. */
export interface LoweredMatch {
  readonly key: string;
  readonly match: Match;
  readonly rule: number;
  readonly index: number;
}

/** The routes of a listener that give the same hostname. */
interface HostGroup {
  readonly effective: string;
  readonly original: string;
  readonly members: Map<RouteNode, readonly LoweredMatch[]>;
  lowered: HostRoutes | undefined;
}

/** The hosts of one listener, each with its matches in order of precedence; a host is put in order again when its routes change. */
export class HostGroups {
  /** In order of precedence. */
  hosts: readonly HostRoutes[] = [];
  readonly #groups = new Map<string, HostGroup>();
  /** In the order of `hosts`. */
  #ordered: HostGroup[] = [];
  readonly #touched = new Set<HostGroup>();

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  add({ effective, original }: Pick<HostGroup, 'effective' | 'original'>, node: RouteNode, matches: readonly LoweredMatch[]): void { // oxlint-disable-line max-params -- who, where.
    const host = `${effective} ${original}`;
    let group = this.#groups.get(host);
    if (group === undefined) this.#groups.set(host, group = { effective, original, members: new Map(), lowered: undefined });
    group.members.set(node, matches);
    this.#touched.add(group);
  }

  remove({ effective, original }: Pick<HostGroup, 'effective' | 'original'>, node: RouteNode): void {
    const group = this.#groups.get(`${effective} ${original}`);
    if (group === undefined) return;
    group.members.delete(node);
    this.#touched.add(group);
  }

  /** Puts in order what changed; whether `hosts` are others now. */
  settle(): boolean {
    const touched = [...this.#touched];
    this.#touched.clear();
    const changed = touched.filter((group) => {
      const before = group.lowered;
      group.lowered = group.members.size === 0 ? undefined : kept(before, lowered(group));
      return group.lowered !== before;
    });
    if (changed.length === 0) return false;
    for (const { effective, original, members } of changed) if (members.size === 0) this.#groups.delete(`${effective} ${original}`);
    if (changed.length > many) this.#orderAll();
    else this.#place(changed);
    return true;
  }

  #orderAll(): void {
    this.#ordered = [...this.#groups.values()].sort(compareGroups);
    this.hosts = this.#ordered.map((it) => it.lowered!);
  }

  #place(changed: readonly HostGroup[]): void {
    const placed = changed.toSorted(compareGroups).map((group) => ({ at: placeIn(this.#ordered, group, compareGroups), group }));
    const gone = placed.filter(({ at, group }) => this.#ordered[at] === group).map(({ at }) => at);
    const come = placed.filter(({ group }) => group.lowered !== undefined);
    this.hosts = edited(this.hosts, gone, come.map(({ at, group }) => ({ at, item: group.lowered! })));
    // From the end, so that the places in front stay what they were.
    for (const { at, group } of placed.toReversed()) {
      const isThere = this.#ordered[at] === group;
      if (isThere && group.lowered === undefined) this.#ordered.splice(at, 1);
      else if (!isThere && group.lowered !== undefined) this.#ordered.splice(at, 0, group);
    }
  }
}

/** Of this many groups on it is quicker to order all of them. */
const many = 64;

/** The hostname as the route has it decides before anything in a match does (feature GatewayRouteHostnameIntersectionPrecedence). */
function compareGroups(a: HostGroup, b: HostGroup): number {
  return compareSpecificity(a.original, b.original) || compareSpecificity(a.effective, b.effective) || compareText(a.effective, b.effective) || compareText(a.original, b.original);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lowered({ effective, members }: HostGroup): HostRoutes {
  const byAge = members.size === 1 ? [...members] : [...members].sort(([a], [b]) => compareRoutes(a, b));
  const ranked = byAge.flatMap(([, matches], age) => matches.map((it) => ({ ...it, age })));
  return { hostname: effective, routes: ranked.sort(comparePrecedence).map((it) => it.key) };
}
