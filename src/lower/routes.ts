import type { GRPCRoute, HTTPRoute } from '../api/index.ts';
import type { RouteNode } from '../attach/index.ts';
import { kept } from '../base/index.ts';
import { refKey } from '../contract/index.ts';
import type { HostRoutes, ListenerKey, Route, RouteKey } from '../ir/index.ts';
import { lowerAction } from './action.ts';
import { httpRuleOf } from './grpc.ts';
import { HostGroups, type LoweredMatch } from './host-groups.ts';
import { type HttpRule, lowerMatch, matchesOf } from './match.ts';

/** What is other since the last update. */
export interface RoutesChange {
  readonly routes: ReadonlySet<RouteKey>;
  /** Keys of the listeners, as the graph has them, whose hosts are others. */
  readonly listeners: ReadonlySet<ListenerKey>;
}

/** All matches of all attached HTTPRoutes and GRPCRoutes, and for each listener the hosts with their matches in order of precedence. */
export class LiveRouteTable {
  readonly routes: Record<RouteKey, Route> = {};
  readonly #groups = new Map<ListenerKey, HostGroups>();

  hosts(listener: ListenerKey): readonly HostRoutes[] {
    return this.#groups.get(listener)?.hosts ?? [];
  }

  update(gone: readonly RouteNode[], come: readonly RouteNode[]): RoutesChange {
    const before = new Map<RouteKey, Route | undefined>();
    const touched = new Set<ListenerKey>();
    for (const node of gone.filter(isServed)) this.#remove(node, before, touched);
    for (const node of come.filter(isServed)) this.#add(node, before, touched);
    const routes = new Set<RouteKey>();
    for (const [key, was] of before) if (this.routes[key] !== was) routes.add(key);
    return { routes, listeners: new Set([...touched].filter((key) => this.#settle(key))) };
  }

  #settle(listener: ListenerKey): boolean {
    const groups = this.#groups.get(listener)!;
    const isOther = groups.settle();
    if (groups.isEmpty) this.#groups.delete(listener);
    return isOther;
  }

  #remove(node: RouteNode, before: Map<RouteKey, Route | undefined>, touched: Set<ListenerKey>): void { // oxlint-disable-line max-params -- what is noted.
    for (const { key } of matchKeys(node)) {
      if (!before.has(key)) before.set(key, this.routes[key]);
      delete this.routes[key];
    }
    for (const { listener, host } of placesOf(node)) {
      this.#groups.get(listener)?.remove(host, node);
      touched.add(listener);
    }
  }

  #add(node: RouteNode, before: Map<RouteKey, Route | undefined>, touched: Set<ListenerKey>): void { // oxlint-disable-line max-params -- what is noted.
    const matches: LoweredMatch[] = [];
    for (const { key, route, rule, index } of lowerRoute(node)) {
      if (!before.has(key)) before.set(key, this.routes[key]);
      this.routes[key] = kept(before.get(key), route);
      matches.push({ key, match: route.match, rule, index });
    }
    for (const { listener, host } of placesOf(node)) {
      let groups = this.#groups.get(listener);
      if (groups === undefined) this.#groups.set(listener, groups = new HostGroups());
      groups.add(host, node, matches);
      touched.add(listener);
    }
  }
}

function isServed({ kind, parents }: RouteNode): boolean {
  return (kind === 'HTTPRoute' || kind === 'GRPCRoute') && parents.some((it) => it.accepted.ok);
}

interface Lowered {
  readonly key: RouteKey;
  readonly route: Route;
  readonly rule: number;
  readonly index: number;
}

function lowerRoute(node: RouteNode): Lowered[] {
  return rulesOf(node).flatMap((rule, ruleIndex) => matchesOf(rule).map((match, index) => ({
    key: `${refKey(node.ref)}/${ruleIndex}/${index}`, rule: ruleIndex, index,
    route: {
      match: lowerMatch(match),
      action: lowerAction(rule, node.rules[ruleIndex]!, match),
      origin: { ...node.ref, rule: ruleIndex, ...(rule.name === undefined ? {} : { ruleName: rule.name }), match: index },
    },
  })));
}

function matchKeys(node: RouteNode): Pick<Lowered, 'key'>[] {
  return rulesOf(node).flatMap((rule, ruleIndex) => matchesOf(rule).map((_, index) => ({ key: `${refKey(node.ref)}/${ruleIndex}/${index}` })));
}

/** The rules of a route in the words of HTTPRoute. */
export function rulesOf({ kind, route: { object } }: Pick<RouteNode, 'kind' | 'route'>): readonly HttpRule[] {
  return kind === 'GRPCRoute' ? ((object as GRPCRoute).spec.rules ?? []).map(httpRuleOf) : (object as HTTPRoute).spec.rules ?? [];
}

interface Place {
  readonly listener: ListenerKey;
  readonly host: { readonly effective: string; readonly original: string };
}

/** Where a route serves; one that reaches a listener by two parentRefs is named twice. */
function placesOf({ parents }: RouteNode): Place[] {
  return parents.flatMap((it) => it.attachments).flatMap(({ listener, hostnames }) => hostnames.map((host) => ({ listener: listener.key, host })));
}
