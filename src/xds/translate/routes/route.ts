import type { Filter, Forward, Match, Redirect, Respond, Route as IrRoute, RouteKey, Target } from '../../../ir/index.ts';
import type { Route, RouteAction, RouteMatch } from '../../gen/messages.ts';
import { checkRegex } from '../regex.ts';
import { ruleMetadata } from '../told.ts';
import { duration } from '../typed.ts';
import { filterConfig } from './filter-config.ts';
import { hashPolicy } from './hash-policy.ts';
import { headerEdits } from './header-edits.ts';
import { routeMatch } from './match.ts';
import { mirrorPolicies } from './mirror.ts';
import { redirectAction } from './redirect.ts';
import { retryPolicy } from './retry.ts';
import { rewriteOf } from './rewrite.ts';
import { backendCluster, type RouteSurroundings } from './surroundings.ts';

/** One route of the IR, as one of Envoy, or as one for each target where targets differ in more than their weight. */
export function envoyRoutes(key: RouteKey, route: IrRoute, surroundings: RouteSurroundings): Route[] {
  const made = routesFor(key, route, surroundings);
  return surroundings.tellsRules ? made.map((it) => ({ ...it, metadata: ruleMetadata(route.origin) })) : made;
}

function routesFor(key: RouteKey, { match, action }: IrRoute, surroundings: RouteSurroundings): Route[] {
  if (!isPossible(match)) return [];
  const found = routeMatch(match);
  switch (action.kind) {
    case 'respond': return [{ name: key, match: found, direct_response: { status: action.status } }];
    case 'redirect': return [redirected(key, found, action, surroundings)];
    case 'forward': return forwarded(key, found, action, surroundings);
  }
}

/** An expression that does not compile never matches, nor does a path with a query in it; Envoy would refuse all routes for it. */
function isPossible({ path, headers = [], query = [] }: Match): boolean {
  if (path.kind === 'prefix' && /[?#]/.test(path.value)) return false;
  return [path, ...headers, ...query].every(({ kind, value }) => kind !== 'regex' || checkRegex(value) === undefined);
}

function redirected(name: string, match: RouteMatch, action: Redirect, surroundings: RouteSurroundings): Route { // oxlint-disable-line max-params -- a route's parts.
  return { name, match, redirect: redirectAction(action, surroundings), ...headerEdits(action.filters), ...filterConfig(action.filters, surroundings) };
}

function forwarded(name: string, match: RouteMatch, action: Forward, surroundings: RouteSurroundings): Route[] { // oxlint-disable-line max-params -- a route's parts.
  const targets = action.targets.filter((it) => it.weight > 0);
  if (targets.length > 1 && targets.every(isPlain)) return [plain({ name, match, action, targets }, surroundings)];
  const total = targets.reduce((sum, it) => sum + it.weight, 0);
  let before = 0;
  return targets.map((target, index) => {
    before += target.weight;
    const isLast = index === targets.length - 1;
    const share = isLast ? {} : { runtime_fraction: { default_value: { numerator: Math.round(before / total * 1e6), denominator: 'MILLION' } } } as const;
    return toTarget({ name: targets.length === 1 ? name : `${name}/target/${index}`, match: { ...match, ...share }, action, target }, surroundings);
  });
}

/** Whether nothing but the weight tells it from other targets. */
function isPlain({ to, filters, persistence }: Target): boolean {
  return to.kind === 'backend' && filters.length === 0 && persistence === undefined;
}

interface Parts {
  readonly name: string;
  readonly match: RouteMatch;
  readonly action: Forward;
}

function plain({ name, match, action, targets }: Parts & { readonly targets: readonly Target[] }, surroundings: RouteSurroundings): Route {
  const clusters = targets.map((it) => ({ name: clusterOf(it, surroundings), weight: it.weight }));
  return {
    name, match, route: { weighted_clusters: { clusters }, ...common({ action, targets, filters: action.filters }, surroundings) },
    ...headerEdits(action.filters), ...filterConfig(action.filters, surroundings, action),
  };
}

/**
 * All routes of one rule that are apart by target see the same random number, so growing thresholds share the requests out by weight.
 */
function toTarget({ name, match, action, target }: Parts & { readonly target: Target }, surroundings: RouteSurroundings): Route {
  const { to } = target;
  const all: readonly Filter[] = [...action.filters, ...target.filters];
  // Nobody is asked about a request that nobody gets.
  const filters = to.kind === 'respond' ? all.filter((it) => it.kind !== 'auth') : all;
  const config = { ...headerEdits(filters), ...filterConfig(filters, surroundings, { requestTimeoutMs: action.requestTimeoutMs, persistence: target.persistence }) };
  if (to.kind === 'respond') return { name, match, direct_response: { status: to.status }, ...config };
  return { name, match, route: { cluster: clusterOf(target, surroundings), ...common({ action, targets: [target], filters }, surroundings) }, ...config };
}

function clusterOf({ to }: Target, surroundings: RouteSurroundings): string {
  return backendCluster((to as Exclude<Target['to'], Respond>).backend, surroundings);
}

interface Sending {
  readonly action: Forward;
  readonly targets: readonly Target[];
  readonly filters: readonly Filter[];
}

/** Without a time-out of its own a route of Envoy would have one of 15 s. */
function common({ action, targets, filters }: Sending, surroundings: RouteSurroundings): RouteAction {
  const backends = targets.map(({ to }) => (to.kind === 'backend' ? surroundings.backendOf(to.backend) : undefined));
  const hashes = backends.map(hashPolicy).find((it) => it.length > 0);
  const retries = retryPolicy(action, backends.every((it) => (it?.balancing?.kind ?? 'round-robin') === 'round-robin'));
  const mirrors = mirrorPolicies(filters, surroundings);
  return {
    timeout: duration(action.requestTimeoutMs ?? 0), ...(retries === undefined ? {} : { retry_policy: retries }), ...(hashes === undefined ? {} : { hash_policy: hashes }),
    ...rewriteOf(filters), ...(mirrors.length === 0 ? {} : { request_mirror_policies: mirrors }),
  };
}
