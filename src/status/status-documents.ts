import type { BackendTlsPolicyNode, Graph, GatewayNode, ListenerNode, ListenerSetNode, RouteNode, TelemetryPolicyNode, Verdict } from '../attach/index.ts';
import type { ApplyReport, ObjectRef, Placement, RefusedPart } from '../contract/index.ts';
import { backendDocuments } from './backend-documents.ts';
import { condition, type Condition } from './condition.ts';
import { judgedByData } from './refused-parts.ts';
import { addressesAssigned, gatewayProgrammed, listenerProgrammed, listenerSetProgrammed } from './programmed.ts';

/** The status of one object, ready to be written. */
export interface StatusDocument {
  readonly apiVersion: string;
  readonly ref: ObjectRef;
  readonly generation: number;
  readonly status: { readonly [field: string]: unknown };
}

export interface StatusInputs {
  readonly placement: Placement;
  readonly report: ApplyReport;
  /** RFC 3339. */
  readonly now: string;
}

const V1 = 'gateway.networking.k8s.io/v1';

/** The statuses of policies and XBackends. */
export function policyDocuments(graph: Graph, inputs: StatusInputs): StatusDocument[] {
  return [
    ...graph.backendPolicies.filter((it) => (it.ancestors ?? []).length > 0).map((it) => policyDocument(it, graph, inputs)),
    ...graph.telemetryPolicies.flatMap((it) => telemetryDocument(it, graph, inputs)),
    ...backendDocuments(graph, inputs),
  ];
}

export function classDocuments(graph: Graph, { now }: StatusInputs): StatusDocument[] {
  return [...graph.classes.values()].map(({ class: it, accepted }) => {
    const moment = { generation: it.generation, now };
    return {
      apiVersion: V1, ref: it.ref, generation: it.generation,
      status: {
        conditions: [condition('Accepted', accepted, moment), condition('SupportedVersion', graph.release, moment)],
        // Of a release that we do not know nothing is claimed; some older ones have another type for this field and would refuse the whole status.
        supportedFeatures: graph.release.ok ? graph.features.map((name) => ({ name })) : [],
      },
    };
  });
}

export function gatewayDocument(node: GatewayNode, attached: ReadonlyMap<string, number>, { placement, report, now }: StatusInputs): StatusDocument {
  const moment = { generation: node.gateway.generation, now };
  const place = placement.get(node.gateway.key);
  const assigned = addressesAssigned(place);
  return {
    apiVersion: V1, ref: node.ref, generation: moment.generation,
    status: {
      addresses: place?.refused === undefined ? (place?.addresses ?? []).map((it) => ({ ...it, routability: it.routability ?? '' })) : [],
      ...(node.attachedListenerSets > 0 || node.gateway.object.spec.allowedListeners !== undefined ? { attachedListenerSets: node.attachedListenerSets } : {}),
      conditions: [condition('Accepted', node.accepted, moment), condition('Programmed', gatewayProgrammed(node, place, report), moment),
        ...(assigned === undefined ? [] : [condition('AddressesAssigned', assigned, moment)]),
        ...(node.clientCertificateRef === undefined ? [] : [condition('ResolvedRefs', node.clientCertificateRef, moment)]),
        ...(node.insecureValidation === undefined ? [] : [condition('InsecureFrontendValidationMode', node.insecureValidation, moment)])],
      listeners: node.listeners.filter((it) => it.owner.kind === 'Gateway').map((it) => listenerStatus(it, attached, report, moment)),
    },
  };
}

/** `parent`: whether its Gateway is programmed. */
export function listenerSetDocument(node: ListenerSetNode, parent: Verdict, attached: ReadonlyMap<string, number>, inputs: StatusInputs): StatusDocument { // oxlint-disable-line max-params -- what it is made of.
  const moment = { generation: node.set.generation, now: inputs.now };
  return {
    apiVersion: V1, ref: node.ref, generation: moment.generation,
    status: {
      conditions: [condition('Accepted', node.accepted, moment), condition('Programmed', listenerSetProgrammed(node, parent, inputs.report), moment)],
      listeners: node.listeners.map((it) => listenerStatus(it, attached, inputs.report, moment)),
    },
  };
}

function listenerStatus(listener: ListenerNode, attached: ReadonlyMap<string, number>, report: ApplyReport, moment: { generation: number; now: string }): object {
  const conditions: Condition[] = [
    condition('Accepted', listener.accepted, moment),
    condition('Programmed', listenerProgrammed(listener, report), moment),
    condition('ResolvedRefs', listener.resolvedRefs, moment),
    condition('Conflicted', listener.conflicted, moment),
  ];
  if (listener.overlappingTls !== undefined) conditions.push(condition('OverlappingTLSConfig', listener.overlappingTls, moment));
  return {
    name: listener.name,
    attachedRoutes: attached.get(listener.key) ?? 0,
    supportedKinds: listener.accepted.reason === 'UnsupportedProtocol' ? [] : listener.supportedKinds,
    conditions,
  };
}

/** `refused`: what data planes refuse of it. */
export function routeDocument(node: RouteNode, { controllerName }: Pick<Graph, 'controllerName'>, { now }: Pick<StatusInputs, 'now'>, refused?: readonly RefusedPart[]): StatusDocument { // oxlint-disable-line max-params -- what it is made of.
  const moment = { generation: node.route.generation, now };
  const parents = node.parents.map((parent) => {
    const { accepted, partiallyInvalid } = judgedByData(node, parent, refused);
    return {
      parentRef: node.route.object.spec.parentRefs?.[parent.index],
      controllerName,
      conditions: [
        condition('Accepted', accepted, moment),
        condition('ResolvedRefs', node.resolvedRefs, moment),
        ...(partiallyInvalid === undefined ? [] : [condition('PartiallyInvalid', partiallyInvalid, moment)]),
      ],
    };
  });
  return { apiVersion: V1, ref: node.ref, generation: moment.generation, status: { parents } };
}

/** Of more Gateways than a status holds the first by name are written. */
const mostAncestors = 16;

function policyDocument({ policy, ref, accepted, resolvedRefs, ancestors = [] }: BackendTlsPolicyNode, graph: Graph, { now }: StatusInputs): StatusDocument {
  const moment = { generation: policy.generation, now };
  return {
    apiVersion: V1, ref, generation: moment.generation,
    status: {
      ancestors: ancestors.slice(0, mostAncestors).map((key) => {
        const [namespace, name] = key.split('/');
        return {
          ancestorRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace, name },
          controllerName: graph.controllerName,
          conditions: [condition('Accepted', accepted, moment), condition('ResolvedRefs', resolvedRefs, moment)],
        };
      }),
    },
  };
}

/** Of targets that are no Gateways nothing is said in status, where every ancestor is a Gateway (GEP-4768); findings tell of them. */
function telemetryDocument({ policy, ref, targets, resolvedRefs }: TelemetryPolicyNode, graph: Graph, { now }: StatusInputs): StatusDocument[] {
  const moment = { generation: policy.generation, now };
  const ancestors = targets.filter(({ gateway }) => gateway.kind === 'Gateway' && gateway.group === 'gateway.networking.k8s.io');
  if (ancestors.length === 0) return [];
  return [{
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', ref, generation: moment.generation,
    status: {
      ancestors: ancestors.map(({ gateway, accepted }) => ({
        ancestorRef: gateway, controllerName: graph.controllerName,
        conditions: [condition('Accepted', accepted, moment), condition('ResolvedRefs', resolvedRefs, moment)],
      })),
    },
  }];
}
