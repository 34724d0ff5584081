import { refKey, type Finding } from '../contract/index.ts';
import type { Gateway, ListenerSet } from '../api/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import { kept } from '../base/index.ts';
import { wantedAddresses } from './addresses.ts';
import { compareAge } from './age.ts';
import type { BackendContext } from './backends.ts';
import { resolveClientCertificate } from './certificates.ts';
import { attachClasses, type Claim, claimGateway, foreignClassFindings } from './classes.ts';
import { insecureValidation, withClientValidation } from './client-validation.ts';
import type { ClassNode, GatewayNode, ListenerNode, ListenerSetNode } from './graph.ts';
import { resolveConflicts } from './listener-conflicts.ts';
import { readListeners } from './listeners.ts';
import { admitsNamespace, describePolicy } from './namespaces.ts';
import { judgeParameters, type JudgedParameters } from './parameters.ts';
import { parentNotFound } from './parent-not-found.ts';
import { markOverlaps } from './tls-overlap.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type SetObject = Modeled<ListenerSet>;

/** What a Gateway is judged by beside itself: who claims it, and the ListenerSets that want to attach, by age. */
export interface GatewayInput {
  readonly gateway: Modeled<Gateway>;
  readonly claim: Exclude<Claim, { kind: 'foreign' }>;
  readonly sets: readonly SetObject[];
}

export interface GatewayInputs {
  readonly classes: ReadonlyMap<string, ClassNode>;
  /** Of the Gateways that are ours, by key. */
  readonly gateways: ReadonlyMap<string, GatewayInput>;
  readonly findings: readonly Finding[];
}

/** Finds the Gateways that are ours. `before`: the classes as they were; those that mean the same keep their identity. */
export function gatewayInputs({ model, settings }: BackendContext, before: ReadonlyMap<string, ClassNode>): GatewayInputs {
  const classes = new Map([...attachClasses(model, settings)].map(([key, node]) => [key, kept(before.get(key), node)]));
  const findings: Finding[] = foreignClassFindings(model, settings);
  const sets = setsByGateway(model, findings);
  const gateways = new Map<string, GatewayInput>();
  for (const [key, gateway] of model.objects.Gateway) {
    const claim = claimGateway(gateway, classes, settings);
    if (claim.kind !== 'foreign') gateways.set(key, { gateway, claim, sets: sets.get(key) ?? [] });
  }
  return { classes, gateways, findings };
}

/** A Gateway with the ListenerSets that attach to it and the listeners of both, merged and judged. */
export function attachGateway({ gateway, claim, sets }: GatewayInput, context: BackendContext): Merged {
  const parameters = judgeParameters(gateway, claim.kind === 'ours' ? claim.class : undefined, context.model);
  const merged = mergeListeners(gateway, sets, parameters, context);
  return { sets: merged.sets, gateway: { ...merged.gateway, adopted: claim.kind === 'adopted', accepted: claim.kind === 'ours' && !claim.class.accepted.ok
    ? refuse('InvalidParameters', `GatewayClass ${claim.class.class.key} is not accepted: ${claim.class.accepted.message}`)
    : merged.gateway.accepted } };
}

function setsByGateway(model: Model, findings: Finding[]): Map<string, SetObject[]> {
  const sets = new Map<string, SetObject[]>();
  for (const set of [...model.objects.ListenerSet.values()].sort(compareAge)) {
    const { parentRef } = set.object.spec;
    const key = `${parentRef.namespace ?? set.ref.namespace}/${parentRef.name}`;
    const known = sets.get(key);
    if (known !== undefined) known.push(set);
    else if (model.objects.Gateway.has(key)) sets.set(key, [set]);
    else findings.push(parentNotFound(set, { kind: 'Gateway', key }, ['spec', 'parentRef'], model));
  }
  return sets;
}

/** A Gateway and its ListenerSets. */
export interface Merged {
  readonly gateway: GatewayNode;
  readonly sets: readonly ListenerSetNode[];
}

function mergeListeners(gateway: Modeled<Gateway>, sets: readonly SetObject[], { parameters, problem }: JudgedParameters, context: BackendContext): Merged { // oxlint-disable-line max-params -- what is merged, and what it is judged by.
  const { spec } = gateway.object;
  const admission = new Map(sets.map((set) => [set, admitSet(gateway, set, context)]));
  const admitted = sets.filter((set) => admission.get(set)!.ok);
  const all = [
    ...readListeners(gateway.ref, gateway.key, spec.listeners, context),
    ...admitted.flatMap((set) => readListeners(set.ref, gateway.key, set.object.spec.listeners, context)),
  ];
  const listeners = markOverlaps(withClientValidation(gateway, resolveConflicts(all, context.settings.capabilities), context));
  const byOwner = Map.groupBy(listeners, (it) => refKey(it.owner));
  const own = byOwner.get(refKey(gateway.ref)) ?? [];
  const accepted = problem ?? acceptGateway(gateway.object, own);
  const insecure = insecureValidation(gateway.object);
  const clientRef = context.settings.capabilities.features.includes('GatewayBackendClientCertificate') ? spec.tls?.backend?.clientCertificateRef : undefined;
  const setNodes = sets.map((set): ListenerSetNode => {
    const mine = byOwner.get(refKey(set.ref)) ?? [];
    return { set, ref: set.ref, gateway: gateway.key, listeners: mine, accepted: acceptSet(admission.get(set)!, accepted, mine) };
  });
  const refused = new Set(setNodes.flatMap((it) => (it.accepted.ok ? [] : it.listeners)));
  return {
    gateway: {
      gateway, ref: gateway.ref, adopted: false, accepted,
      ...(parameters === undefined ? {} : { parameters }),
      addresses: wantedAddresses(gateway.object, context.settings.capabilities),
      listeners: listeners.filter((it) => !refused.has(it)),
      attachedListenerSets: setNodes.filter((it) => it.accepted.ok).length,
      ...(insecure === undefined ? {} : { insecureValidation: insecure }),
      ...(clientRef === undefined ? {} : resolveClientCertificate(gateway.ref, clientRef, context)),
    },
    sets: setNodes,
  };
}

function admitSet(gateway: Modeled<Gateway>, set: SetObject, { model }: BackendContext): Verdict {
  const policy = gateway.object.spec.allowedListeners?.namespaces;
  if (admitsNamespace(policy, gateway.ref.namespace, set.ref.namespace, model)) return accept('Accepted', 'The ListenerSet is valid.');
  return refuse('NotAllowed', `Gateway ${gateway.key} does not admit ListenerSets of namespace ${set.ref.namespace}: its allowedListeners has ${describePolicy(policy)}.`);
}

function acceptSet(admission: Verdict, gateway: Verdict, listeners: readonly ListenerNode[]): Verdict {
  if (!admission.ok) return admission;
  if (!gateway.ok) return refuse('ParentNotAccepted', `The parent Gateway is not accepted: ${gateway.message}`);
  // The suite wants a set refused when none of its listeners has a certificate that it may use (ListenerSetReferenceGrant).
  return judgeListeners(listeners, (it) => it.accepted.ok && (it.resolvedRefs.ok || it.certificates.length > 0 || it.protocol === 'HTTP')) ?? admission;
}

function acceptGateway({ spec }: Gateway, listeners: readonly ListenerNode[]): Verdict {
  const odd = (spec.addresses ?? []).find((it) => it.type !== 'IPAddress' && it.type !== 'Hostname');
  if (odd !== undefined) return refuse('UnsupportedAddress', `spec.addresses: type ${odd.type} is not supported; use IPAddress.`);
  return judgeListeners(listeners) ?? accept('Accepted', 'The Gateway is valid.');
}

/** Undefined where every listener is valid; a whole is refused only when nothing of it is left. */
function judgeListeners(listeners: readonly ListenerNode[], isValid = (it: ListenerNode): boolean => it.accepted.ok): Verdict | undefined {
  const bad = listeners.filter((it) => !isValid(it));
  if (bad.length === 0) return undefined;
  const causes = bad.map((it) => `${it.name} (${it.accepted.ok ? it.resolvedRefs.reason : it.accepted.reason})`);
  const message = `${bad.length} of ${listeners.length} listeners not valid: ${causes.join(', ')}.`;
  return bad.length === listeners.length ? refuse('ListenersNotValid', message) : accept('ListenersNotValid', message);
}
