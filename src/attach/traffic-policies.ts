import type { XBackendTrafficPolicy } from '../api/index.ts';
import { describeRef, refKey, type ObjectRef } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import { compareAge } from './age.ts';
import type { CertificateContext } from './certificates.ts';
import type { PersistenceNode, RetryBudgetNode, TrafficPolicyNode } from './graph.ts';
import { persistenceNode, persistenceProblem } from './persistence.ts';
import { suggestion } from './suggestion.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type Policy = Modeled<XBackendTrafficPolicy>;

/** The policies for traffic to backends, judged, and what they say of a backend. */
export interface TrafficPolicies {
  /** By age. */
  readonly nodes: readonly TrafficPolicyNode[];
  retryBudget(target: ObjectRef): RetryBudgetNode | undefined;
  persistence(target: ObjectRef): PersistenceNode | undefined;
}

/**
 * Judges every XBackendTrafficPolicy (GEP-3388). For each target the oldest counts, then the first by name, also where it can't be carried
 * out: a younger policy is no substitute for what the owner asked for first.
 */
export function judgeTrafficPolicies({ model, settings }: CertificateContext): TrafficPolicies {
  const inForce = new Map<string, Policy>();
  const nodes = new Map<Policy, TrafficPolicyNode>();
  const carried = settings.capabilities.objectKinds?.has('XBackendTrafficPolicy') === true;
  for (const policy of carried ? [...model.objects.XBackendTrafficPolicy.values()].sort(compareAge) : []) {
    const targets = policy.object.spec.targetRefs.map(({ group, kind, name }): ObjectRef => ({ group, kind, namespace: policy.ref.namespace, name }));
    const missing = targets.flatMap((target, index) => {
      const verdict = targetProblem(target, index, model);
      return verdict === undefined ? [] : [{ index, target, verdict }];
    });
    const found = targets.filter((it) => !missing.some(({ target }) => target === it)).map(refKey);
    const rival = found.map((it) => inForce.get(it)).find((it) => it !== undefined);
    const free = found.filter((it) => !inForce.has(it));
    for (const slot of free) inForce.set(slot, policy);
    nodes.set(policy, { policy, ref: policy.ref, missing, accepted: judge(policy, { rival, isNowhere: free.length === 0 }) });
  }
  const policyOf = (target: ObjectRef): Policy | undefined => {
    const policy = inForce.get(refKey(target));
    return policy !== undefined && nodes.get(policy)?.accepted.ok === true ? policy : undefined;
  };
  return {
    nodes: [...nodes.values()],
    retryBudget: (target) => retryBudgetOf(policyOf(target)),
    persistence: (target) => {
      const config = policyOf(target)?.object.spec.sessionPersistence;
      return config === undefined ? undefined : persistenceNode(config, `policy/${refKey(target)}`);
    },
  };
}

/** The Gateways that lead to any of a policy's targets, in order. */
export function ancestorsOfTargets({ policy, ref }: TrafficPolicyNode, ancestorsOf: (backend: ObjectRef) => readonly string[]): string[] {
  return [...new Set(policy.object.spec.targetRefs.flatMap(({ group, kind, name }) => ancestorsOf({ group, kind, namespace: ref.namespace, name })))].sort();
}

function targetProblem(target: ObjectRef, index: number, { objects }: Model): Verdict | undefined {
  const path = ['spec', 'targetRefs', index];
  const isService = target.group === '' && target.kind === 'Service';
  if (!isService && !(target.group === 'gateway.networking.x-k8s.io' && target.kind === 'XBackend')) {
    return refuse('TargetNotFound', `targetRefs[${index}] names a ${target.kind}${target.group === '' ? '' : `.${target.group}`}; only Services and XBackends can be targets.`, [...path, 'kind']);
  }
  const known = objects[isService ? 'Service' : 'XBackend'];
  if (known.has(`${target.namespace}/${target.name}`)) return undefined;
  return refuse('TargetNotFound', `targetRefs[${index}]: ${describeRef(target)} does not exist.${suggestion(target, known.values())}`, [...path, 'name']);
}

interface Rivalry {
  /** An older policy for one of the targets. */
  readonly rival: Policy | undefined;
  /** No target is left. */
  readonly isNowhere: boolean;
}

function judge({ object: { spec } }: Policy, { rival, isNowhere }: Rivalry): Verdict {
  if (rival !== undefined && isNowhere) return refuse('Conflicted', `XBackendTrafficPolicy ${rival.key} has the same target and goes before this one.`, ['spec', 'targetRefs']);
  const problem = spec.sessionPersistence === undefined ? undefined : persistenceProblem(spec.sessionPersistence);
  if (problem !== undefined) return refuse('Invalid', problem.message, ['spec', 'sessionPersistence', ...problem.path ?? []]);
  return accept('Accepted', rival === undefined ? 'The policy is in force.' : `The policy is in force, but for targets that XBackendTrafficPolicy ${rival.key} has, which goes before this one.`);
}

/** The CRD fills in what is left out, but for the parts of a minRetryRate that is there in part: those mean what its default does. */
function retryBudgetOf(policy: Policy | undefined): RetryBudgetNode | undefined {
  const constraint = policy?.object.spec.retryConstraint;
  if (constraint === undefined) return undefined;
  const { budget, minRetryRate: { count = 10, interval = '1s' } } = constraint;
  return { percent: budget.percent, interval: budget.interval, leastCount: count, leastInterval: interval };
}
