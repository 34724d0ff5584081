/**
 * attach: objects together. Knows which class, listener, route, grant, Secret and Service belong to each other and why not;
 * makes every decision of the Gateway API once, as data. May import model, api, contract, base; knows no proxy and no clock.
 */
export { attach, LiveGraph, type Attached, type GraphChange } from './live-graph.ts';
export { compareRoutes } from './live-routes.ts';
export { endpointFindings } from './findings.ts';
export type { AttachSettings, KeyPairReport } from './settings.ts';
export type {
  Graph, AddressNode, ClassNode, GatewayNode, ListenerSetNode, ListenerNode, RouteNode, ParentNode, Attachment, ServedHostname, RuleNode, MirrorNode, AuthNode, ListenerFilterNode,
  BackendRefNode, BackendNode, BackendTls, BackendTlsPolicyNode, TelemetryPolicyNode, TelemetryTarget, PersistenceNode, RetryBudgetNode, XBackendNode, TrafficPolicyNode, EndpointNode, CertificateNode, ParametersNode, RouteKind, RouteKindName, AnyRoute,
} from './graph.ts';
export type { Verdict } from './verdict.ts';
export { fateOf, type ListenerFate } from './parents.ts';
export { covers, intersect, compareSpecificity } from './hostname.ts';
