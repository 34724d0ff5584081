import type { GRPCRoute, HTTPRoute } from '../api/index.ts';
import { compareSpecificity, type Graph, type RouteNode } from '../attach/index.ts';
import { refKey } from '../contract/index.ts';
import type { HostRoutes, Route } from '../ir/index.ts';
import { lowerAction } from './action.ts';
import { httpRuleOf } from './grpc.ts';
import { type HttpRule, lowerMatch, matchesOf } from './match.ts';
import { comparePrecedence, type Ranked } from './precedence.ts';

export interface LoweredRoutes {
  readonly routes: Record<string, Route>;
  /** By listener key. */
  readonly hosts: ReadonlyMap<string, readonly HostRoutes[]>;
}

interface RankedRoute extends Ranked {
  readonly key: string;
}

interface HostGroup {
  readonly effective: string;
  readonly original: string;
  readonly routes: RankedRoute[];
}

/** All matches of all attached HTTPRoutes and GRPCRoutes, and for each listener the hosts with their matches in order of precedence. */
export function lowerRoutes(graph: Graph): LoweredRoutes {
  const routes: Record<string, Route> = {};
  const groups = new Map<string, Map<string, HostGroup>>();
  for (const [age, node] of graph.routes.entries()) {
    if ((node.kind !== 'HTTPRoute' && node.kind !== 'GRPCRoute') || !node.parents.some((it) => it.accepted.ok)) continue;
    const ranked = lowerRoute(node, age, routes);
    collect(node, ranked, groups);
  }
  return { routes, hosts: new Map([...groups].map(([listener, hosts]) => [listener, orderHosts([...hosts.values()])])) };
}

function lowerRoute(node: RouteNode, age: number, routes: Record<string, Route>): RankedRoute[] {
  return rulesOf(node).flatMap((rule, ruleIndex) => matchesOf(rule).map((match, index) => {
    const key = `${refKey(node.ref)}/${ruleIndex}/${index}`;
    const lowered = lowerMatch(match);
    routes[key] = {
      match: lowered,
      action: lowerAction(rule, node.rules[ruleIndex]!, match),
      origin: { ...node.ref, rule: ruleIndex, ...(rule.name === undefined ? {} : { ruleName: rule.name }), match: index },
    };
    return { key, match: lowered, age, rule: ruleIndex, index };
  }));
}

/** The rules of a route in the words of HTTPRoute. */
export function rulesOf({ kind, route: { object } }: Pick<RouteNode, 'kind' | 'route'>): readonly HttpRule[] {
  return kind === 'GRPCRoute' ? ((object as GRPCRoute).spec.rules ?? []).map(httpRuleOf) : (object as HTTPRoute).spec.rules ?? [];
}

/** A route that reaches a listener by two parentRefs serves it once. */
function collect(node: RouteNode, ranked: readonly RankedRoute[], groups: Map<string, Map<string, HostGroup>>): void {
  const seen = new Set<string>();
  for (const { listener, hostnames } of node.parents.flatMap((it) => it.attachments)) {
    for (const { effective, original } of hostnames) {
      const host = `${effective} ${original}`;
      if (seen.has(`${listener.key} ${host}`)) continue;
      seen.add(`${listener.key} ${host}`);
      let hosts = groups.get(listener.key);
      if (hosts === undefined) groups.set(listener.key, hosts = new Map());
      const group = hosts.get(host);
      if (group === undefined) hosts.set(host, { effective, original, routes: [...ranked] });
      else group.routes.push(...ranked);
    }
  }
}

/** The hostname as the route has it decides before anything in a match does (feature GatewayRouteHostnameIntersectionPrecedence). */
function orderHosts(groups: readonly HostGroup[]): HostRoutes[] {
  return [...groups]
    .sort((a, b) => compareSpecificity(a.original, b.original) || compareSpecificity(a.effective, b.effective) || (a.effective < b.effective ? -1 : 1))
    .map(({ effective, routes }) => ({ hostname: effective, routes: routes.sort(comparePrecedence).map((it) => it.key) }));
}
