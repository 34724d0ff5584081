import { describeRef, type ObjectRef } from '../contract/index.ts';
import { isSame, type Known, type Meaning } from './known.ts';
import { backendName } from './names.ts';
import type { Part } from './part.ts';
import { endpointState } from './route-parts.ts';

type Explained = Known & { readonly meaning: Meaning };

interface Parts {
  readonly parts: readonly Part[];
  readonly state: string;
}

/** What a policy is about, and whether it counts there. */
export function policyParts(ref: ObjectRef, { graph }: Meaning): Parts {
  const backend = graph.backendPolicies.find((it) => isSame(it.ref, ref));
  if (backend !== undefined) {
    const targets = backend.policy.object.spec.targetRefs.map((it): Part => ({ object: `${it.kind} ${ref.namespace}/${it.name}`, words: `is its target${it.sectionName === undefined ? '' : `, port ${it.sectionName}`}`, state: 'good' }));
    const verdicts = [backend.accepted, backend.resolvedRefs].filter(({ ok }) => !ok).map((it): Part => ({ object: describeRef(ref), words: it.message, state: 'bad', ref }));
    return { state: stateOf(backend.ancestors, backend.accepted.ok), parts: [...targets, ...verdicts, ...ancestorParts(backend.ancestors)] };
  }
  const traffic = graph.trafficPolicies.find((it) => isSame(it.ref, ref));
  if (traffic !== undefined) {
    const bad = [...(traffic.accepted.ok ? [] : [traffic.accepted]), ...traffic.missing.map(({ verdict }) => verdict)];
    return { state: stateOf(traffic.ancestors, traffic.accepted.ok), parts: [...bad.map((it): Part => ({ object: describeRef(ref), words: it.message, state: 'bad', ref })), ...ancestorParts(traffic.ancestors)] };
  }
  const telemetry = graph.telemetryPolicies.find((it) => isSame(it.ref, ref));
  if (telemetry === undefined) return { state: 'without meaning', parts: [{ object: describeRef(ref), words: 'targets nothing that is served here', state: 'bad', ref, mend: 'Name a target that exists in spec.targetRefs.' }] };
  const targets = telemetry.targets.map((it): Part => ({ object: describeRef(it.gateway), words: it.accepted.ok ? 'is traced by it' : it.accepted.message, state: it.accepted.ok ? 'good' : 'bad', ref }));
  return { state: telemetry.targets.some((it) => it.accepted.ok) ? 'in force' : 'not in force', parts: [...targets, ...(telemetry.resolvedRefs.ok ? [] : [{ object: 'its collector', words: telemetry.resolvedRefs.message, state: 'bad' as const, ref }])] };
}

function stateOf(ancestors: readonly string[] = [], isAccepted: boolean): string { // oxlint-disable-line -- a fact of the policy.
  if (ancestors.length === 0) return 'without meaning yet';
  return isAccepted ? 'in force' : 'not in force';
}

function ancestorParts(ancestors: readonly string[] = []): Part[] {
  if (ancestors.length === 0) return [{ object: 'Gateways', words: 'none leads to its target, so it has no meaning yet', state: 'note' }];
  return ancestors.map((it): Part => ({ object: `Gateway ${it}`, words: 'leads to its target', state: 'good' }));
}

/** A Service: who sends to it, and its endpoints by port. */
export function serviceParts(ref: ObjectRef, known: Explained): Parts {
  const { graph } = known.meaning;
  const backends = [...graph.backends.values()].filter(({ service }) => isSame(service, ref));
  const keys = new Set(backends.map(({ key }) => key));
  const routes = graph.routes.flatMap(({ ref: route, rules }) => rules.flatMap(({ index, backends: list }) => (list.some(({ backend }) => backend !== undefined && keys.has(backend)) ? [{ object: `${describeRef(route)} rules[${index}]`, words: 'sends to it', state: 'good' as const }] : [])));
  const ports = backends.map(({ key }): Part => ({ object: backendName(key, known.ir.backends[key]), ...endpointState(key, known), ref }));
  if (backends.length === 0) return { state: 'not used', parts: [{ object: describeRef(ref), words: 'no rule that counts sends to it', state: 'note' }] };
  return { state: 'used', parts: [...ports, ...routes] };
}

export function backendParts(ref: ObjectRef, known: Explained): Parts {
  const node = known.meaning.graph.xbackends.find((it) => isSame(it.ref, ref));
  const used = serviceParts(ref, known);
  if (node === undefined) return used;
  const verdicts = [node.accepted, node.resolvedRefs].filter(({ ok }) => !ok).map((it): Part => ({ object: describeRef(ref), words: it.message, state: 'bad', ref }));
  return { state: node.accepted.ok ? used.state : 'not accepted', parts: [...verdicts, ...used.parts] };
}
