import type { Conditions, ListenerExpectation, StatusCheck } from './expectation.ts';
import { parseRef, qualified } from './expectation.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly observedGeneration?: number;
}

interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds?: readonly { readonly group?: string; readonly kind: string }[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

interface ParentStatus {
  readonly parentRef: { readonly [field: string]: unknown };
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface AnyStatus {
  readonly conditions?: readonly Condition[];
  readonly listeners?: readonly ListenerStatus[];
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
  readonly attachedListenerSets?: number;
  readonly parents?: readonly ParentStatus[];
  readonly ancestors?: readonly AncestorStatus[];
}

interface AncestorStatus {
  readonly ancestorRef: { readonly [field: string]: unknown };
  readonly conditions?: readonly Condition[];
}

/** The statuses that the pipeline made, and what the checks ask about the objects. */
export interface World {
  readonly controllerName: string;
  /** By kind and `namespace/name`; an object without a status has an empty one. */
  status(kind: string, key: string): AnyStatus;
  generation(kind: string, key: string): number;
  /** Keys of the Gateways in a namespace that the suite waits for. */
  awaitedGateways(namespace: string): readonly string[];
}

/** True listener conditions that the suite's RoutesAndParentMustBeAccepted asks for. */
const working: Conditions = { ResolvedRefs: 'True', Accepted: 'True', Programmed: 'True' };

function shown(conditions: readonly Condition[] | undefined): string {
  return (conditions ?? []).map((found) => `${found.type}=${found.status}/${found.reason}`).join(' ') || 'no conditions';
}

/** findConditionInList of the suite's helpers.go. */
function missing(have: Conditions, conditions: readonly Condition[] | undefined): string[] {
  return Object.entries(have).filter(([type, wanted]) => {
    const [status, reason] = wanted.split('/');
    return !(conditions ?? []).some((found) =>
      found.type === type && (status === '*' || found.status === status) && (reason === undefined || found.reason === reason));
  }).map(([type, wanted]) => `${type}=${wanted}, got ${shown(conditions)}`);
}

/** ConditionsHaveLatestObservedGeneration. */
function stale(generation: number, conditions: readonly Condition[] | undefined): string[] {
  return (conditions ?? []).filter((found) => found.observedGeneration !== generation)
    .map((found) => `${found.type} has observedGeneration ${found.observedGeneration}, expected ${generation}`);
}

/** gatewayListenersMatch and listenerSetListenersMatch: the number is exact, supported kinds are contained or empty. */
function listenerMismatches(expected: readonly ListenerExpectation[], actual: readonly ListenerStatus[]): string[] {
  if (expected.length !== actual.length) return [`${expected.length} listeners, got ${actual.map((one) => one.name).join(', ') || 'none'}`];
  return expected.flatMap((wanted) => {
    const found = actual.find((one) => one.name === wanted.name);
    if (found === undefined) return [`listener ${wanted.name}, got ${actual.map((one) => one.name).join(', ')}`];
    const kinds = (found.supportedKinds ?? []).filter((one) => (one.group ?? 'gateway.networking.k8s.io') === 'gateway.networking.k8s.io')
      .map((one) => one.kind);
    const wrongKinds = wanted.kinds.length === 0 ? kinds.length > 0 : !wanted.kinds.every((kind) => kinds.includes(kind));
    return [
      ...(wrongKinds ? [`supportedKinds [${wanted.kinds.join()}], got [${kinds.join()}]`] : []),
      ...(wanted.attachedRoutes === found.attachedRoutes ? [] : [`attachedRoutes ${wanted.attachedRoutes}, got ${found.attachedRoutes}`]),
      ...missing(wanted.have, found.conditions),
    ].map((problem) => `listener ${wanted.name}: ${problem}`);
  });
}

type Check<K extends keyof StatusCheck> = (world: World, wanted: NonNullable<StatusCheck[K]>) => string[];

function parentsOf(world: World, ref: string): { parents: readonly ParentStatus[]; stale: string[] } {
  const { kind, key } = parseRef(ref);
  const parents = world.status(kind, key).parents ?? [];
  return { parents, stale: parents.flatMap((parent) => stale(world.generation(kind, key), parent.conditions)) };
}

const sameParent = (parent: ParentStatus, key: string): boolean => {
  const { namespace, name } = parent.parentRef;
  return key.endsWith(`/${String(name)}`) && (namespace === undefined || key === `${String(namespace)}/${String(name)}`);
};

/** One function for each helper of the suite's `utils/kubernetes/helpers.go`; the answer is what does not hold. */
const checks: { readonly [K in keyof Required<StatusCheck>]: Check<K> } = {
  // BackendTLSPolicyMustHaveCondition
  ancestorConditions: (world, { of, ancestor, have }) => {
    const { kind, key } = parseRef(of);
    const { ancestors = [] } = world.status(kind, key);
    const found = ancestors.filter(({ ancestorRef: { namespace, name } }) => `${String(namespace)}/${String(name)}` === qualified(ancestor));
    if (found.length === 0) return [`${of} with ancestor ${ancestor}, got ${ancestors.map((one) => String(one.ancestorRef['name'])).join() || 'none'}`];
    return found.flatMap((one) => [...missing(have, one.conditions), ...stale(world.generation(kind, key), one.conditions)]);
  },
  // NamespacesMustBeReady
  ready: (world, namespaces) => namespaces.flatMap((namespace) => world.awaitedGateways(namespace).flatMap((key) => {
    const { conditions } = world.status('Gateway', key);
    return [...missing({ Accepted: 'True', Programmed: 'True' }, conditions), ...stale(world.generation('Gateway', key), conditions)]
      .map((problem) => `Gateway ${key}: ${problem}`);
  })),
  // …MustHaveLatestConditions
  current: (world, ref) => {
    const { kind, key } = parseRef(ref);
    const status = world.status(kind, key);
    const groups = [status.conditions, ...(status.parents ?? []).map((parent) => parent.conditions), ...(status.ancestors ?? []).map((one) => one.conditions)];
    const some = groups.some((group) => (group ?? []).length > 0);
    return some ? groups.flatMap((group) => stale(world.generation(kind, key), group)) : ['conditions, got none'];
  },
  // GatewayMustHaveCondition, ListenerSetMustHaveCondition, GWCMustHaveAcceptedConditionAny
  conditions: (world, { of, have }) => {
    const { kind, key } = parseRef(of);
    const { conditions } = world.status(kind, key);
    return [...missing(have, conditions), ...stale(world.generation(kind, key), conditions)];
  },
  // WaitForGatewayAddress
  address: (world, name) => {
    const { addresses } = world.status('Gateway', qualified(name));
    return (addresses ?? []).some((one) => one.type !== undefined) ? [] : ['an address with a type, got none'];
  },
  addresses: (world, { of, exactly }) => {
    const values = (world.status('Gateway', qualified(of)).addresses ?? []).map((one) => one.value);
    return values.join() === exactly.join() ? [] : [`addresses ${exactly.join()}, got ${values.join() || 'none'}`];
  },
  // GatewayAnd…RoutesMustBeAccepted, RoutesAndParentMustBeAccepted
  accepted: (world, { parent, routes }) => {
    const { kind, key } = parseRef(parent);
    const refused = routes.flatMap((route) => {
      const { parents, stale: old } = parentsOf(world, route);
      const entries = parents.filter((one) => one.controllerName === world.controllerName && one.parentRef['kind'] === kind
        && one.parentRef['group'] === 'gateway.networking.k8s.io' && sameParent(one, key));
      const accepted = entries.some((one) => missing({ Accepted: 'True/Accepted' }, one.conditions).length === 0);
      const got = entries.map((one) => shown(one.conditions)).join('; ') || 'no entry of this parent';
      return [...old, ...(accepted ? [] : [`${route} Accepted=True/Accepted, got ${got}`])];
    });
    return [
      ...(kind === 'Gateway' ? checks.address(world, key) : []), ...refused,
      ...checks.listenerConditions(world, { of: parent, have: working }),
    ];
  },
  // GatewayStatusMustHaveListeners, ListenerSetStatusMustHaveListeners
  listeners: (world, { of, exactly }) => {
    const { kind, key } = parseRef(of);
    const status = world.status(kind, key);
    return [...stale(world.generation(kind, key), status.conditions), ...listenerMismatches(exactly, status.listeners ?? [])];
  },
  // GatewayListenersMustHaveConditions, ListenerSetListenersMustHaveConditions, GatewayListenerMustHaveConditions
  listenerConditions: (world, { of, sections, have }) => {
    const { kind, key } = parseRef(of);
    const listeners = world.status(kind, key).listeners ?? [];
    const absent = (sections ?? []).filter((name) => !listeners.some((one) => one.name === name));
    return [
      ...absent.map((name) => `listener ${name}, got ${listeners.map((one) => one.name).join() || 'none'}`),
      ...listeners.filter((one) => sections?.includes(one.name) ?? true)
        .flatMap((one) => missing(have, one.conditions).map((problem) => `listener ${one.name}: ${problem}`)),
    ];
  },
  // GatewayMustHaveAttachedListeners
  attachedListenerSets: (world, { of, count }) => {
    const got = world.status('Gateway', qualified(of)).attachedListenerSets ?? 0;
    return got === count ? [] : [`attachedListenerSets ${count}, got ${got}`];
  },
  // GatewayMustHaveZeroRoutes
  zeroRoutes: (world, name) => {
    const listeners = world.status('Gateway', qualified(name)).listeners ?? [];
    const none = listeners.length === 0 || (listeners.length === 1 && listeners[0]?.attachedRoutes === 0);
    return none ? [] : [`no attached routes, got ${listeners.map((one) => `${one.name}: ${one.attachedRoutes}`).join()}`];
  },
  // …RouteMustHaveParents
  parents: (world, { of, include, namespaceRequired }) => {
    const { parents, stale: old } = parentsOf(world, of);
    return [...old, ...include.flatMap((wanted) => {
      const { namespace, ...same } = wanted.parentRef;
      const found = parents.some((one) => one.controllerName === world.controllerName
        && Object.entries(same).every(([field, value]) => one.parentRef[field] === value)
        && (one.parentRef['namespace'] === namespace || (!namespaceRequired && one.parentRef['namespace'] === undefined))
        && missing(wanted.have, one.conditions).length === 0);
      const got = parents.map((one) => `${JSON.stringify(one.parentRef)} ${shown(one.conditions)}`).join('; ') || 'none';
      return found ? [] : [`parent ${JSON.stringify(wanted)}, got ${got}`];
    })];
  },
  // …RouteMustHaveCondition
  parentConditions: (world, { of, parent, have }) => {
    const { parents, stale: old } = parentsOf(world, of);
    const entries = parents.filter((one) => sameParent(one, qualified(parent)));
    if (entries.some((one) => missing(have, one.conditions).length === 0)) return old;
    const got = entries.map((one) => shown(one.conditions)).join('; ') || 'no entry of this parent';
    return [...old, `${Object.entries(have).map(([type, wanted]) => `${type}=${wanted}`).join()} for parent ${parent}, got ${got}`];
  },
  // …RouteMustHaveNoAcceptedParents
  noAcceptedParent: (world, ref) => {
    const { parents, stale: old } = parentsOf(world, ref);
    if (parents.length === 0) return [];
    if (parents.length > 1) return [`at most one parent, got ${parents.length}`];
    return [...old, ...missing({ Accepted: 'False' }, parents[0]?.conditions)];
  },
};

/** What does not hold, one sentence each; empty where the check passes. */
export function failures(world: World, check: StatusCheck): string[] {
  return Object.entries(check).flatMap(([name, wanted]) => {
    const run = checks[name as keyof StatusCheck] as ((world: World, wanted: unknown) => string[]) | undefined;
    if (run === undefined) throw new Error(`no status check ${name}`);
    return run(world, wanted).map((problem) => `${JSON.stringify(check).slice(0, 90)}: expected ${problem}`);
  });
}
