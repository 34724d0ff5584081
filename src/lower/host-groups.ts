import { compareRoutes, compareSpecificity, type RouteNode } from '../attach/index.ts';
import { kept, SortedMapping } from '../base/index.ts';
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
  readonly #ordered = new SortedMapping<HostGroup, HostRoutes>(compareGroups);
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
    const [gone, come]: [HostGroup[], HostGroup[]] = [[], []];
    for (const group of this.#touched) {
      const before = group.lowered;
      group.lowered = group.members.size === 0 ? undefined : kept(before, lowered(group));
      if (group.lowered === undefined) this.#groups.delete(`${group.effective} ${group.original}`);
      if (group.lowered === before) continue;
      if (before !== undefined) gone.push(group);
      if (group.lowered !== undefined) come.push(group);
    }
    this.#touched.clear();
    if (gone.length + come.length === 0) return false;
    this.#ordered.update({ gone, come }, (group) => group.lowered!);
    this.hosts = this.#ordered.outputs.slice();
    return true;
  }
}

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
