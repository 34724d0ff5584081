import { BlockList } from 'node:net';
import { CheckFailed, type ConditionSpec, type StatusSpec } from './check.ts';
import { holds } from './expect-answer.ts';
import type { AppliedEvent, Condition, StatusObject } from './serving.ts';

/** Route kinds that the data plane does not carry yet; a listener rightly does not list them. */
const kindsOfLaterIssues: Readonly<Record<string, number>> = { GRPCRoute: 4 };

/** Compares an object's status with a check; throws CheckFailed, and returns a word on what was left out. */
export function checkStatus(spec: StatusSpec, event: AppliedEvent): string | undefined {
  const object = findStatus(event, spec);
  if (spec.untouchedBy !== undefined) {
    holds(object === undefined, `${spec.kind} ${spec.name} has a status of Postern`);
    return undefined;
  }
  if (object === undefined) throw new CheckFailed(`${spec.kind} ${spec.namespace ?? ''}/${spec.name} has no status`);
  const { generation } = object.metadata;
  expectConditions(`${spec.kind} ${spec.name}`, object.status.conditions ?? [], { wanted: spec.conditions, generation });
  expectAddresses(object, spec.addresses ?? []);
  const features = object.status.supportedFeatures?.map((feature) => feature.name) ?? [];
  for (const feature of spec.supportedFeatures ?? []) holds(features.includes(feature), `supportedFeatures lacks ${feature}`);
  expectParents(object, spec.parents ?? []);
  return expectListeners(object, spec.listeners ?? []);
}

/** The object's status, where Postern wrote one. */
export function findStatus(event: AppliedEvent, ref: { readonly kind: string; readonly namespace?: string; readonly name: string }): StatusObject | undefined {
  return event.objects.find((object) => object.kind === ref.kind && object.metadata.name === ref.name && (object.metadata.namespace ?? '') === (ref.namespace ?? ''));
}

function expectConditions(where: string, conditions: readonly Condition[], { wanted = [], generation }: { wanted: readonly ConditionSpec[] | undefined; generation: number }): void {
  for (const { type, status, reason, observedGeneration } of wanted) {
    const found = conditions.find((condition) => condition.type === type);
    if (found === undefined) throw new CheckFailed(`${where} has no condition ${type}`);
    holds(found.status === status && (reason === undefined || found.reason === reason),
      `${where}: ${type} is ${found.status} (${found.reason}: ${found.message}), expected ${status}${reason === undefined ? '' : ` (${reason})`}`);
    if (observedGeneration === 'current') holds(found.observedGeneration === generation, `${where}: ${type} observed generation ${found.observedGeneration}, the object has ${generation}`);
  }
}

function expectAddresses(object: StatusObject, wanted: NonNullable<StatusSpec['addresses']>): void {
  const addresses = object.status.addresses ?? [];
  for (const { type, value, range } of wanted) {
    holds(addresses.some((address) => address.type === type && (value === undefined || address.value === value) && (range === undefined || isWithin(address.value, range))),
      `addresses are ${JSON.stringify(addresses)}, expected ${type} ${value ?? range ?? ''}`);
  }
}

/** Whether an IPv4 address is in `FIRST-LAST` or in a CIDR block. */
function isWithin(address: string, range: string): boolean {
  const [first = '', last = ''] = range.split('-');
  const list = new BlockList();
  if (last !== '') list.addRange(first, last);
  else list.addSubnet(first.split('/')[0] ?? '', Number(first.split('/')[1]));
  return list.check(address);
}

function expectListeners(object: StatusObject, wanted: NonNullable<StatusSpec['listeners']>): string | undefined {
  const later = new Set<string>();
  for (const spec of wanted) {
    const found = object.status.listeners?.find((listener) => listener.name === spec.name);
    if (found === undefined) throw new CheckFailed(`${object.kind} ${object.metadata.name} has no status of listener ${spec.name}`);
    if (spec.attachedRoutes !== undefined) holds(found.attachedRoutes === spec.attachedRoutes, `listener ${spec.name} has ${found.attachedRoutes} attached routes, expected ${spec.attachedRoutes}`);
    const kinds = found.supportedKinds.map((entry) => entry.kind);
    for (const kind of spec.supportedKinds ?? []) {
      const issue = kindsOfLaterIssues[kind];
      if (kinds.includes(kind)) continue;
      if (issue === undefined) throw new CheckFailed(`listener ${spec.name} takes ${kinds.join(', ') || 'nothing'}, expected ${kind}`);
      later.add(`${kind} among supportedKinds waits for issue ${issue}`);
    }
    expectConditions(`listener ${spec.name}`, found.conditions, { wanted: spec.conditions, generation: object.metadata.generation });
  }
  return later.size === 0 ? undefined : [...later].join('; ');
}

function expectParents(object: StatusObject, wanted: NonNullable<StatusSpec['parents']>): void {
  const parents = object.status.parents ?? [];
  for (const { parentRef, controllerName, conditions } of wanted) {
    const found = parents.find((parent) => sameParent(parent.parentRef, parentRef, object.metadata.namespace));
    if (found === undefined) throw new CheckFailed(`${object.kind} ${object.metadata.name} has no status for parent ${JSON.stringify(parentRef)}, only for ${JSON.stringify(parents.map((it) => it.parentRef))}`);
    if (controllerName !== undefined) holds(found.controllerName === controllerName, `controllerName is ${found.controllerName}, expected ${controllerName}`);
    expectConditions(`${object.kind} ${object.metadata.name}`, found.conditions, { wanted: conditions, generation: object.metadata.generation });
  }
}

function sameParent(actual: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, unknown>>, home: string | undefined): boolean {
  const defaults: Readonly<Record<string, unknown>> = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: home };
  return Object.entries(wanted).every(([field, value]) => (actual[field] ?? defaults[field]) === value);
}
