import type { XTelemetryPolicy } from '../api/index.ts';
import type { ObjectRef } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import { compareAge } from './age.ts';
import { resolveBackend, type BackendContext } from './backends.ts';
import type { GatewayNode, TelemetryPolicyNode, TelemetryTarget } from './graph.ts';
import { noBackends } from './live-backends.ts';
import { suggestion } from './suggestion.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type Policy = Modeled<XTelemetryPolicy>;
type Tracing = NonNullable<XTelemetryPolicy['spec']['tracing']>;

/**
 * Judges every XTelemetryPolicy (GEP-4768), oldest first. For each Gateway the oldest counts, then the first by name, also where its
 * collector can't be used: a younger policy is no substitute for what the owner asked for first.
 */
export function judgeTelemetry(gateways: ReadonlyMap<string, GatewayNode>, context: BackendContext, onBehalfOf: OnBehalfOf): TelemetryPolicyNode[] {
  if (!context.settings.capabilities.features.includes('TelemetryPolicyTracing')) return [];
  const inForce = new Map<string, Policy>();
  return [...context.model.objects.XTelemetryPolicy.values()].sort(compareAge).map((policy) => {
    const unknown = unknownAttributes(policy.object.spec.tracing, context);
    const targets = policy.object.spec.targetRefs.flatMap((_, index) => judgeTarget(policy, index, { gateways, inForce, unknown, context }) ?? []);
    return onBehalfOf(policy.key, () => ({ policy, ref: policy.ref, targets, unknownAttributes: unknown.map((it) => it.name), ...judgeCollector(policy, targets, context) }));
  });
}

/** Does the work that the policy with this key needs. */
type OnBehalfOf = (policy: string, work: () => TelemetryPolicyNode) => TelemetryPolicyNode;

interface Judging {
  readonly gateways: ReadonlyMap<string, GatewayNode>;
  /** By Gateway; filled as policies are judged. */
  readonly inForce: Map<string, Policy>;
  readonly unknown: readonly UnknownAttribute[];
  readonly context: BackendContext;
}

/** Undefined for the Gateway of another controller, which tells its owner itself. */
function judgeTarget(policy: Policy, index: number, { gateways, inForce, unknown, context }: Judging): TelemetryTarget | undefined {
  const { group, kind, name } = policy.object.spec.targetRefs[index]!;
  const path = ['spec', 'targetRefs', index];
  const gateway: ObjectRef = { group, kind, namespace: policy.ref.namespace, name };
  if (group !== 'gateway.networking.k8s.io' || kind !== 'Gateway') {
    return { index, gateway, accepted: refuse('Invalid', `targetRefs[${index}] is of kind ${kind}; only Gateways can be targets.`, [...path, 'kind']) };
  }
  const key = `${gateway.namespace}/${name}`;
  const known = context.model.objects.Gateway;
  if (!known.has(key)) return { index, gateway, accepted: refuse('TargetNotFound', `Gateway ${key} does not exist.${suggestion(gateway, known.values())}`, [...path, 'name']) };
  if (!gateways.has(key)) return undefined;
  const rival = inForce.get(key);
  if (rival === policy) return undefined;
  if (rival !== undefined) return { index, gateway, accepted: refuse('Conflicted', `XTelemetryPolicy ${rival.key} has the same target and goes before this one.`, path) };
  inForce.set(key, policy);
  return { index, gateway, accepted: accept('Accepted', inForceMessage(unknown)) };
}

function inForceMessage(unknown: readonly UnknownAttribute[]): string {
  if (unknown.length === 0) return 'The policy is in force.';
  return `The policy is in force without the attributes ${unknown.map(({ name, key }) => `${name} (${key})`).join(', ')}: their keys have no value here.`;
}

interface UnknownAttribute {
  readonly name: string;
  readonly key: string;
}

/** Attributes whose key the data plane has no value for: they are left out (GEP-5253, "Handling Unsupported Attributes"). */
function unknownAttributes(tracing: Tracing | undefined, { settings: { capabilities } }: BackendContext): UnknownAttribute[] {
  return (tracing?.attributes ?? []).flatMap(({ name, attributeKey }) =>
    (attributeKey === undefined || capabilities.carriesAttribute?.(attributeKey) === true ? [] : [{ name, key: attributeKey }]));
}

/** A policy that is in force nowhere names no collector, so that none is kept ready for it. */
function judgeCollector(policy: Policy, targets: readonly TelemetryTarget[], context: BackendContext): { readonly resolvedRefs: Verdict; readonly collector?: string } {
  const reference = policy.object.spec.tracing?.provider?.backendRef;
  if (reference === undefined) return { resolvedRefs: accept('ResolvedRefs', 'The policy refers to no backend.') };
  const counts = targets.some((it) => it.accepted.ok);
  const resolved = resolveBackend(policy.ref, reference, counts ? context : { ...context, backends: noBackends });
  if ('problem' in resolved) {
    const { reason, message, path = [] } = resolved.problem;
    return { resolvedRefs: refuse(reason, `tracing.provider.backendRef: ${message}`, ['spec', 'tracing', 'provider', 'backendRef', ...path]) };
  }
  return { resolvedRefs: accept('ResolvedRefs', 'All references of the policy resolve.'), ...(counts ? { collector: resolved.backend } : {}) };
}
