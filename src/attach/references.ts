import { refKey, type ObjectRef } from '../contract/index.ts';
import type { GatewayNode, ListenerSetNode, RouteNode, TelemetryPolicyNode } from './graph.ts';

/** Who refers to a backend, also where the reference can't be used: keys of referrers by key of the backend. Filled while rules are read. */
export type References = Map<string, Set<string>>;

export function noteReference(from: ObjectRef, to: ObjectRef, references: References): void {
  const known = references.get(refKey(to));
  if (known === undefined) references.set(refKey(to), new Set([refKey(from)]));
  else known.add(refKey(from));
}

/** What can refer to a backend. */
export interface Referrers {
  readonly gateways: ReadonlyMap<string, GatewayNode>;
  readonly listenerSets: ReadonlyMap<string, ListenerSetNode>;
  readonly routes: readonly RouteNode[];
  readonly telemetryPolicies: readonly TelemetryPolicyNode[];
}

/** Answers which Gateways lead to a backend: the ancestors of its status (GEP-713), by key and in order. */
export function ancestorFinder(references: References, { gateways, listenerSets, routes, telemetryPolicies }: Referrers): (backend: ObjectRef) => readonly string[] {
  const through = new Map<string, readonly string[]>();
  for (const { ref, parents } of routes) through.set(refKey(ref), parents.filter((it) => it.accepted.ok).map((it) => it.gateway));
  for (const { ref, targets } of telemetryPolicies) {
    through.set(refKey(ref), targets.filter((it) => it.accepted.ok).map(({ gateway }) => `${gateway.namespace}/${gateway.name}`));
  }
  for (const [key, { ref }] of gateways) through.set(refKey(ref), [key]);
  for (const { ref, gateway } of listenerSets.values()) through.set(refKey(ref), [gateway]);
  return (backend) => [...new Set([...references.get(refKey(backend)) ?? []].flatMap((it) => through.get(it) ?? []))].sort();
}
