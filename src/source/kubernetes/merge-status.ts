import { hasSameContent } from '../../base/index.ts';

type Plain = { readonly [field: string]: unknown };

interface Condition extends Plain {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

/** Types of conditions that Postern writes; all others are somebody else's and stay (spec: GatewayStatus.conditions). */
const ownConditions = new Set([
  'Accepted', 'Programmed', 'ResolvedRefs', 'Conflicted', 'OverlappingTLSConfig', 'InsecureFrontendValidationMode', 'PartiallyInvalid',
  'SupportedVersion', 'AddressesAssigned',
]);

/** Lists whose entries belong to the controller that they name. */
const ownedLists = ['parents', 'ancestors'] as const;

/**
 * The status to write: ours put into what is there. Conditions of other types and entries of other controllers stay as they are, a
 * condition that keeps its status keeps its transition time. Undefined where nothing would change.
 */
export function mergeStatus(live: Plain | undefined, wanted: Plain, controllerName: string): Plain | undefined {
  const merged: Record<string, unknown> = { ...live, ...wanted };
  if (Array.isArray(wanted['conditions'])) merged['conditions'] = mergeConditions(live?.['conditions'], wanted['conditions']);
  if (Array.isArray(wanted['listeners'])) merged['listeners'] = mergeListeners(live?.['listeners'], wanted['listeners']);
  for (const list of ownedLists) {
    if (Array.isArray(wanted[list])) merged[list] = mergeOwned(listOf(live?.[list]), listOf(wanted[list]), { controllerName, identity: list === 'parents' ? 'parentRef' : 'ancestorRef' });
  }
  // An API server drops what is empty, and fields that its CRDs do not have, such as `routability` in the standard channel.
  const same = [...new Set([...Object.keys(live ?? {}), ...Object.keys(merged)])].every((field) => hasSameContent(asKept(live?.[field]), asKept(merged[field])));
  return same ? undefined : merged;
}

/** Whether nothing but the numbers of routes and ListenerSets moved. */
export function differsInCounts(live: Plain | undefined, due: Plain): boolean {
  return live !== undefined && hasSameContent(withoutCounts(live), withoutCounts(due));
}

function withoutCounts(status: Plain): Plain {
  const listeners = listOf(status['listeners']).map((it) => ({ ...it, attachedRoutes: 0 }));
  return { ...status, attachedListenerSets: 0, ...(listeners.length === 0 ? {} : { listeners }) };
}

/** What is left of a status when nothing of ours belongs in it any more; undefined where there was nothing. */
export function withoutOwn(live: Plain | undefined, controllerName: string): Plain | undefined {
  const lists = ownedLists.filter((list) => listOf(live?.[list]).some((entry) => entry['controllerName'] === controllerName));
  if (lists.length === 0) return undefined;
  return { ...live, ...Object.fromEntries(lists.map((list) => [list, listOf(live?.[list]).filter((entry) => entry['controllerName'] !== controllerName)])) };
}

/** What the CRDs' defaults say of a Gateway that nobody has judged. */
const unjudged: readonly Condition[] = ['Accepted', 'Programmed'].map((type) => (
  { type, status: 'Unknown', reason: 'Pending', message: 'Waiting for controller', lastTransitionTime: '1970-01-01T00:00:00Z' }));

/**
 * The status of a Gateway that is not ours any more: as if nobody had judged it, but with others' conditions. `last` is what we said of it;
 * undefined where that is not what it says now, since its new controller has spoken.
 */
export function released(live: Plain | undefined, last: Plain): Plain | undefined {
  const [now, ours] = [listOf(live?.['conditions']), listOf(last['conditions'])] as [readonly Condition[], readonly Condition[]];
  const isOurs = unjudged.every(({ type }) => {
    const said = ours.find((it) => it.type === type);
    const says = now.find((it) => it.type === type);
    return hasSameContent({ ...said, lastTransitionTime: '' }, { ...says, lastTransitionTime: '' });
  });
  return isOurs ? { conditions: [...unjudged, ...now.filter((it) => !ownConditions.has(it.type))] } : undefined;
}

/** What an API server may have kept of a field; empty routability means the same as none (GEP-5093). */
function asKept(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.length === 0 ? undefined : (value as Plain[]).map(({ routability, ...rest }) => (routability === undefined || routability === '' ? rest : { ...rest, routability }));
}

function listOf(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? value as readonly Plain[] : [];
}

/** In the order that they have, so that nothing is written for an order's sake. */
function mergeConditions(live: unknown, wanted: readonly unknown[]): Condition[] {
  const before = listOf(live) as readonly Condition[];
  const ours = new Map((wanted as readonly Condition[]).map((it) => [it.type, it]));
  const kept = before.filter((it) => ours.has(it.type) || !ownConditions.has(it.type)).map((it) => {
    const own = ours.get(it.type);
    ours.delete(it.type);
    return own === undefined ? it : withTransition(own, it);
  });
  return [...kept, ...ours.values()];
}

function withTransition(wanted: Condition, before: Condition): Condition {
  return before.status === wanted.status && before.lastTransitionTime !== undefined ? { ...wanted, lastTransitionTime: before.lastTransitionTime } : wanted;
}

function mergeListeners(live: unknown, wanted: readonly unknown[]): Plain[] {
  const before = new Map(listOf(live).map((it) => [it['name'], it]));
  return (wanted as readonly Plain[]).map((it) => ({ ...it, conditions: mergeConditions(before.get(it['name'])?.['conditions'], listOf(it['conditions'])) }));
}

interface Ownership {
  readonly controllerName: string;
  readonly identity: 'parentRef' | 'ancestorRef';
}

/** Others' entries first, as they are; then ours. */
function mergeOwned(live: readonly Plain[], wanted: readonly Plain[], { controllerName, identity }: Ownership): Plain[] {
  const own = live.filter((it) => it['controllerName'] === controllerName);
  const merged = wanted.map((it) => {
    const before = own.find((one) => hasSameContent(one[identity], it[identity]));
    return before === undefined ? it : { ...it, conditions: mergeConditions(before['conditions'], listOf(it['conditions'])) };
  });
  const result: Plain[] = [];
  const left = [...merged];
  for (const entry of live) {
    if (entry['controllerName'] !== controllerName) result.push(entry);
    else {
      const at = left.findIndex((it) => hasSameContent(it[identity], entry[identity]));
      if (at >= 0) result.push(...left.splice(at, 1));
    }
  }
  return [...result, ...left];
}
