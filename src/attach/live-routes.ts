import { enter, kept, type ListChange } from '../base/index.ts';
import type { Finding } from '../contract/index.ts';
import type { ModelChange, Modeled } from '../model/index.ts';
import { compareAge } from './age.ts';
import { deprecatedRouteFields } from './deprecated-fields.ts';
import { routeFindings } from './findings.ts';
import type { AnyRoute, RouteKindName, RouteNode } from './graph.ts';
import { AttachWork } from './live-backends.ts';
import type { LiveContext } from './live-context.ts';
import type { ParentTargets } from './routes.ts';
import { judgeRoute, routeKinds } from './routes.ts';
import { uncarriedRouteFields } from './uncarried-objects.ts';

/** What is said of routes, by what it is about. */
export interface RouteFindings {
  readonly fields: readonly Finding[];
  readonly deprecated: readonly Finding[];
  readonly parents: readonly Finding[];
  readonly refused: readonly Finding[];
}

class RouteWork extends AttachWork {
  readonly kind: RouteKindName;
  route: Modeled<AnyRoute>;
  node: RouteNode | undefined;
  /** Undefined where nothing is said. */
  findings: RouteFindings | undefined;

  constructor(kind: RouteKindName, route: Modeled<AnyRoute>) {
    super();
    this.kind = kind;
    this.route = route;
  }
}

/** The routes that have a parent of ours. Nodes keep their identity while nothing in them changes; the list lives on. */
export class LiveRoutes {
  /** By kind, and in it oldest first. */
  readonly nodes: RouteNode[] = [];
  findings: RouteFindings = { fields: [], deprecated: [], parents: [], refused: [] };
  readonly #live: LiveContext;
  readonly #works = new Map<RouteKindName, Map<string, RouteWork>>(routeKinds.map((kind) => [kind, new Map()]));
  readonly #speaking = new Set<RouteWork>();
  #saysOther = false;

  constructor(live: LiveContext) {
    this.#live = live;
  }

  /** What is other then. */
  renew(changes: readonly ModelChange[] | undefined, targets: ParentTargets): ListChange<RouteNode> {
    const gone = new Set<RouteNode>();
    const due = new Set(changes === undefined ? this.#all() : this.#changed(changes, gone));
    for (const work of this.#live.ledger.stale) if (work instanceof RouteWork) due.add(work);
    const come: RouteNode[] = [];
    for (const work of [...due].sort(compareRoutes)) {
      const { node } = work;
      this.#judge(work, targets);
      if (node === work.node) continue;
      if (node !== undefined) gone.add(node);
      if (work.node !== undefined) come.push(work.node);
    }
    const change = { gone: [...gone], come };
    enter(this.nodes, change, compareRoutes);
    if (this.#saysOther) this.#gather();
    return change;
  }

  #all(): RouteWork[] {
    const { objects } = this.#live.context.model;
    return routeKinds.flatMap((kind) => [...objects[kind].values()].map((route) => this.#workOf(kind, route)));
  }

  #workOf(kind: RouteKindName, route: Modeled<AnyRoute>): RouteWork {
    const works = this.#works.get(kind)!;
    const known = works.get(route.key);
    const work = known ?? new RouteWork(kind, route);
    if (known === undefined) works.set(route.key, work);
    work.route = route;
    return work;
  }

  #changed(changes: readonly ModelChange[], gone: Set<RouteNode>): RouteWork[] {
    return changes.flatMap(({ kind, key, after }) => {
      const works = this.#works.get(kind as RouteKindName);
      if (works === undefined) return [];
      if (after !== undefined) return [this.#workOf(kind as RouteKindName, after as Modeled<AnyRoute>)];
      const work = works.get(key);
      if (work === undefined) return [];
      works.delete(key);
      this.#live.backends.drop(work);
      if (work.node !== undefined) gone.add(work.node);
      if (this.#speaking.delete(work)) this.#saysOther = true;
      return [];
    });
  }

  #judge(work: RouteWork, targets: ParentTargets): void {
    const { context, backends } = this.#live;
    const { kind, route } = work;
    const { node, findings } = backends.do(work, () => judgeRoute(kind, route, targets, context));
    work.node = node === undefined ? undefined : work.node?.route === route ? kept(work.node, node) : node;
    work.gateways = node === undefined ? [] : node.parents.filter((it) => it.accepted.ok).map((it) => it.gateway);
    const said = { fields: uncarriedRouteFields(route), deprecated: deprecatedRouteFields(route, context.settings), parents: findings, refused: node === undefined ? [] : routeFindings(node) };
    const isQuiet = Object.values(said).every((it) => it.length === 0);
    if (isQuiet && work.findings === undefined) return;
    this.#saysOther = true;
    work.findings = isQuiet ? undefined : said;
    if (isQuiet) this.#speaking.delete(work);
    else this.#speaking.add(work);
  }

  #gather(): void {
    const works = [...this.#speaking].sort(compareRoutes).map((it) => it.findings!);
    this.findings = { fields: works.flatMap((it) => it.fields), deprecated: works.flatMap((it) => it.deprecated), parents: works.flatMap((it) => it.parents), refused: works.flatMap((it) => it.refused) };
    this.#saysOther = false;
  }
}

/** By kind, and in it oldest first, then by `namespace/name`: the order of all routes. */
export function compareRoutes(a: Pick<RouteNode, 'kind' | 'route'>, b: Pick<RouteNode, 'kind' | 'route'>): number {
  return a.kind === b.kind ? compareAge(a.route, b.route) : routeKinds.indexOf(a.kind) - routeKinds.indexOf(b.kind);
}
