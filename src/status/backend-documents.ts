import type { Graph, TrafficPolicyNode, Verdict, XBackendNode } from '../attach/index.ts';
import { condition, type Moment } from './condition.ts';
import type { StatusDocument, StatusInputs } from './status-documents.ts';

const X_V1 = 'gateway.networking.x-k8s.io/v1alpha1';
/** Of more ancestors than a status holds the first are written. */
const most = { backend: 32, policy: 16 };

/** The statuses of XBackends and of the policies for traffic to backends, of those that a Gateway leads to or that name nothing. */
export function backendDocuments(graph: Graph, { now }: StatusInputs): StatusDocument[] {
  return [...graph.xbackends.flatMap((it) => xbackendDocument(it, graph, now)), ...graph.trafficPolicies.flatMap((it) => trafficDocument(it, graph, now))];
}

function xbackendDocument({ backend, ref, accepted, resolvedRefs, ancestors = [] }: XBackendNode, { controllerName }: Graph, now: string): StatusDocument[] {
  if (ancestors.length === 0) return [];
  const moment: Moment = { generation: backend.generation, now };
  const conditions = [condition('Accepted', accepted, moment), condition('ResolvedRefs', resolvedRefs, moment)];
  return [{
    apiVersion: X_V1, ref, generation: moment.generation,
    status: { ancestors: ancestors.slice(0, most.backend).map((key) => ({ ancestorRef: gatewayRef(key), controllerName, conditions })) },
  }];
}

/** A target that does not exist has no Gateway in front of it, so it is its own ancestor (GEP-713). */
function trafficDocument({ policy, ref, accepted, missing, ancestors = [] }: TrafficPolicyNode, { controllerName }: Graph, now: string): StatusDocument[] {
  const moment: Moment = { generation: policy.generation, now };
  const entry = (ancestorRef: object, verdict: Verdict): object => ({ ancestorRef, controllerName, conditions: [condition('Accepted', verdict, moment)] });
  const all = [...ancestors.map((key) => entry(gatewayRef(key), accepted)), ...missing.map(({ target, verdict }) => entry(target, verdict))];
  return all.length === 0 ? [] : [{ apiVersion: X_V1, ref, generation: moment.generation, status: { ancestors: all.slice(0, most.policy) } }];
}

function gatewayRef(key: string): object {
  const [namespace, name] = key.split('/');
  return { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace, name };
}
