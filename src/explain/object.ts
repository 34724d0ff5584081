import { describeRef, type Finding, type ObjectRef } from '../contract/index.ts';
import { gatewayParts, listenerParts } from './gateway-parts.ts';
import { type Diagnosis, diagnosisOf, findingsAbout, isSame, type Known, type Meaning, nothingToMend, objectOf, plain } from './known.ts';
import { withTriedMend } from './mend/tried.ts';
import type { NamedObject } from './object-name.ts';
import type { Part } from './part.ts';
import { backendParts, policyParts, serviceParts } from './policy-parts.ts';
import { routeParts } from './route-parts.ts';

/** Why an object is in its state. */
export interface ObjectExplanation {
  readonly object: string;
  /** In a few words. */
  readonly state: string;
  readonly isGood: boolean;
  readonly cause: string;
  readonly mend: string;
  /** `file:line:column` of what is to be mended. */
  readonly place?: string;
  /** What else is wrong with it, behind the first. */
  readonly also: readonly string[];
  /** Every object that took part in the decision. */
  readonly parts: readonly Part[];
}

/** Explains an object that was found by its name. */
export function explainObject(named: Exclude<NamedObject, { kind: 'unknown' }>, known: Known & { readonly meaning: Meaning }): ObjectExplanation {
  if (named.kind === 'listener') return explainListener(named, known);
  const { ref } = named;
  const object = describeRef(ref);
  const own = findingsAbout(known, ref);
  const { meaning } = known;
  if (objectOf(known, ref) === undefined) return { object, state: 'not read', isGood: false, ...firstOf(own, known, { cause: `${object} can't be read.`, mend: 'Run postern lint.' }), ...alsoOf(own), parts: [] };
  const { parts, state } = partsOf(ref, known);
  // What stands in the way of an object may be wrong with another one.
  const errors = [...own.filter(({ severity }) => severity === 'error'), ...own.filter(({ severity }) => severity === 'warning'), ...elsewhere(parts, meaning)];
  const bad = parts.find((it) => it.state === 'bad');
  const isGood = errors.length === 0 && bad === undefined;
  if (isGood) return { object, state, isGood, cause: goodWords(state, parts), mend: nothingToMend, also: [], parts };
  return { object, state, isGood, ...firstOf(errors, known, { cause: `${bad?.object ?? object}: ${bad?.words ?? ''}`, mend: bad?.mend ?? 'Look at the part that is marked.' }), ...alsoOf(errors), parts };
}

function goodWords(state: string, parts: readonly Part[]): string {
  const notes = parts.filter((it) => it.state === 'note');
  return notes.length === 0 ? `it is ${state}, and nothing is wrong with what it needs.` : `it is ${state}.`;
}

function firstOf([first]: readonly Finding[], known: Known, otherwise: Diagnosis): Diagnosis {
  if (first === undefined) return otherwise;
  return plain(withTriedMend(diagnosisOf(first), known, ({ meaning }) => {
    const about = first.object === undefined ? [] : meaning.findings.filter(({ object, severity }) => severity === 'error' && object !== undefined && isSame(object, first.object!));
    return about.length === 0 && meaning.findings.filter(({ severity }) => severity === 'error').length < (known.meaning?.findings ?? []).filter(({ severity }) => severity === 'error').length;
  }));
}

function alsoOf(findings: readonly Finding[]): { readonly also: readonly string[] } {
  return { also: [...new Set(findings.map(({ message }) => message))].slice(1) };
}

/** Findings about the parts that stand in the way. */
function elsewhere(parts: readonly Part[], { findings }: Meaning): Finding[] {
  return parts.filter(({ state, ref }) => state === 'bad' && ref !== undefined)
    .flatMap(({ ref, path = [] }) => findings.filter(({ object, severity, path: at }) => severity !== 'info' && object !== undefined && isSame(object, ref!) && path.every((step, index) => at?.[index] === step)));
}

function partsOf(ref: ObjectRef, known: Known & { readonly meaning: Meaning }): { readonly parts: readonly Part[]; readonly state: string } {
  switch (ref.kind) {
    case 'HTTPRoute': case 'GRPCRoute': case 'TLSRoute': case 'TCPRoute': case 'UDPRoute': return routeParts(ref, known);
    case 'Gateway': case 'ListenerSet': return gatewayParts(ref, known);
    case 'GatewayClass': return classParts(ref, known.meaning);
    case 'BackendTLSPolicy': case 'XTelemetryPolicy': case 'XBackendTrafficPolicy': return policyParts(ref, known.meaning);
    case 'Service': return serviceParts(ref, known);
    case 'XBackend': return backendParts(ref, known);
    default: return otherParts(ref, known);
  }
}

function classParts(ref: ObjectRef, { graph, model }: Meaning): { readonly parts: readonly Part[]; readonly state: string } {
  const node = graph.classes.get(ref.name);
  const gateways = [...model.objects.Gateway.values()].filter(({ object }) => object.spec.gatewayClassName === ref.name);
  const parts = gateways.map(({ ref: it }): Part => ({ object: describeRef(it), words: 'is of this class', state: 'good' }));
  if (node === undefined) return { state: "another controller's", parts: [...parts, { object: describeRef(ref), words: `controllerName is not ${graph.controllerName}`, state: 'note' }] };
  return { state: node.accepted.ok ? 'accepted' : 'not accepted', parts: [...parts, ...(node.accepted.ok ? [] : [{ object: describeRef(ref), words: node.accepted.message, state: 'bad' as const }])] };
}

/** Objects that have no state of their own: who speaks of them. */
function otherParts(ref: ObjectRef, { meaning }: Known & { readonly meaning: Meaning }): { readonly parts: readonly Part[]; readonly state: string } {
  const text = new RegExp(`(?:^|[ /])${ref.name}(?:$|[ .,:])`);
  const parts = meaning.findings.filter(({ message }) => text.test(message) && message.includes(ref.kind)).map((it): Part => ({ object: it.object === undefined ? '' : describeRef(it.object), words: it.message, state: 'note' }));
  return { state: 'read', parts };
}

function explainListener({ gateway, listener }: Extract<NamedObject, { kind: 'listener' }>, known: Known & { readonly meaning: Meaning }): ObjectExplanation {
  const node = known.meaning.graph.gateways.get(gateway)!;
  const it = node.listeners.find(({ name }) => name === listener)!;
  const findings = findingsAbout(known, it.owner, ['spec', 'listeners', it.index]);
  const { parts, state } = listenerParts(it, known.meaning);
  const object = `listener ${listener} of ${describeRef(it.owner)}`;
  const bad = parts.find((part) => part.state === 'bad');
  if (findings.length === 0 && bad === undefined) return { object, state, isGood: true, cause: `it is ${state}.`, mend: nothingToMend, also: [], parts };
  return { object, state, isGood: false, ...firstOf(findings, known, { cause: `${bad?.object ?? object}: ${bad?.words ?? ''}`, mend: 'Look at the part that is marked.' }), ...alsoOf(findings), parts };
}
