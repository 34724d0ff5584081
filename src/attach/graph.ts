import type { Redacted } from '../base/index.ts';
import type { BackendTLSPolicy, GatewayClass, Gateway, GatewayParameters, HTTPRoute, ListenerSet, ObjectTypes, XBackend, XBackendTrafficPolicy, XTelemetryPolicy } from '../api/index.ts';
import type { ObjectRef } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import type { Verdict } from './verdict.ts';

/** Everything that was decided about how objects belong together; status, lower and lint only read it. */
export interface Graph {
  readonly controllerName: string;
  readonly features: readonly string[];
  /** Whether the cluster's Gateway API is the one that we know. */
  readonly release: Verdict;
  readonly classes: ReadonlyMap<string, ClassNode>;
  /** Gateways that Postern serves, by `namespace/name`. */
  readonly gateways: ReadonlyMap<string, GatewayNode>;
  readonly listenerSets: ReadonlyMap<string, ListenerSetNode>;
  /** Routes with at least one parent of ours, oldest first, then by `namespace/name`. */
  readonly routes: readonly RouteNode[];
  /** Service ports that some rule forwards to, by backend key: as they are now, in whatever graph the table is found. */
  readonly backends: ReadonlyMap<string, BackendNode>;
  /** BackendTLSPolicies, oldest first. */
  readonly backendPolicies: readonly BackendTlsPolicyNode[];
  /** XTelemetryPolicies, oldest first. */
  readonly telemetryPolicies: readonly TelemetryPolicyNode[];
  /** XBackends, by key. */
  readonly xbackends: readonly XBackendNode[];
  /** XBackendTrafficPolicies, oldest first. */
  readonly trafficPolicies: readonly TrafficPolicyNode[];
}

export interface ClassNode {
  readonly class: Modeled<GatewayClass>;
  readonly accepted: Verdict;
  /** What its parametersRef names; absent where there is none, or where it can't be used. */
  readonly parameters?: Modeled<GatewayParameters>;
}

/** How the data planes of a Gateway are to be run. */
export interface ParametersNode {
  readonly spec: Omit<GatewayParameters['spec'], 'patches'>;
  /** Strategic-merge patches, those of the class first. */
  readonly patches: readonly NonNullable<GatewayParameters['spec']['patches']>[];
}

export interface GatewayNode {
  readonly gateway: Modeled<Gateway>;
  readonly ref: ObjectRef;
  /** Served although its class is missing or another controller's. */
  readonly adopted: boolean;
  readonly accepted: Verdict;
  /** What its class and it itself say of its data planes; absent where neither says anything. */
  readonly parameters?: ParametersNode;
  /** Addresses that the spec asks for and that have a type Postern knows; an absent value leaves the choice to Postern. */
  readonly addresses: readonly AddressNode[];
  /** Own listeners in the spec's order, then those of the accepted ListenerSets, in order of precedence. */
  readonly listeners: readonly ListenerNode[];
  readonly attachedListenerSets: number;
  /** Present where client certificates are asked for but not enforced. */
  readonly insecureValidation?: Verdict;
  /** Present where the Gateway names a certificate to show to backends. */
  readonly clientCertificateRef?: Verdict;
  /** That certificate; absent where it can't be used. */
  readonly clientCertificate?: CertificateNode;
}

/** An entry of `spec.addresses`. */
export interface AddressNode {
  readonly type: string;
  readonly value?: string;
  /** `''` where none is asked for. */
  readonly routability: string;
  /** Nobody can give such an address. */
  readonly problem?: Verdict;
}

export interface ListenerSetNode {
  readonly set: Modeled<ListenerSet>;
  readonly ref: ObjectRef;
  readonly gateway: string;
  readonly accepted: Verdict;
  /** In the spec's order; empty where the set is not allowed. */
  readonly listeners: readonly ListenerNode[];
}

export interface ListenerNode {
  /** `gateway/ns/name/listener` or `listenerset/ns/name/listener`. */
  readonly key: string;
  /** Key of the GatewayNode. */
  readonly gateway: string;
  /** The Gateway or ListenerSet that defines it. */
  readonly owner: ObjectRef;
  readonly name: string;
  /** Index into the owner's `spec.listeners`. */
  readonly index: number;
  readonly port: number;
  readonly protocol: string;
  /** Lower case; `''` for every host. */
  readonly hostname: string;
  readonly allowedRoutes: AllowedRoutes;
  readonly supportedKinds: readonly RouteKind[];
  readonly accepted: Verdict;
  /** `ok` means conflicted. */
  readonly conflicted: Verdict;
  readonly resolvedRefs: Verdict;
  readonly certificates: readonly CertificateNode[];
  /** What its requests pass before routes are matched, in order; absent where nothing. */
  readonly filters?: readonly ListenerFilterNode[];
  /** How clients must prove who they are; absent where they need not. */
  readonly clientValidation?: ClientValidationNode;
  /** What handshakes may agree on; absent where its options say nothing. */
  readonly tlsTerms?: TlsTermsNode;
  /** Present where client certificates are asked for on its port, and its protocol is not one that they are for. */
  readonly uncheckedClients?: Verdict;
  /** For protocols with TLS: who ends it. */
  readonly tlsMode?: 'Terminate' | 'Passthrough';
  /** Another HTTPS listener of the port has a certificate or hostname that covers this one's. */
  readonly overlappingTls?: Verdict;
}

/** A filter ExternalAuth of a listener. */
export interface ListenerFilterNode {
  /** Index into `filters.requests`. */
  readonly index: number;
  readonly auth: NonNullable<NonNullable<NonNullable<HTTPRoute['spec']['rules']>[number]['filters']>[number]['externalAuth']>;
  /** Key into `Graph.backends`; absent where `problem` is present. */
  readonly backend?: string;
  readonly problem?: Verdict;
}

export type AllowedRoutes = Gateway['spec']['listeners'][number]['allowedRoutes'];

export interface RouteKind {
  readonly group: string;
  readonly kind: string;
}

/** What a TLS handshake may agree on, as options say; what is absent is left to the data plane. */
export interface TlsTermsNode {
  readonly minVersion?: '1.2' | '1.3';
  readonly maxVersion?: '1.2' | '1.3';
  /** Of TLS 1.2, as OpenSSL calls them; the first is preferred. */
  readonly cipherSuites?: readonly string[];
  /** What is offered by ALPN, the preferred first. */
  readonly alpn?: readonly ('h2' | 'http/1.1')[];
}

export interface ClientValidationNode {
  /** PEM bundles. */
  readonly authorities: readonly string[];
  /** `request` asks for a certificate and lets everybody in. */
  readonly mode: 'require' | 'request';
}

export interface CertificateNode {
  readonly ref: ObjectRef;
  readonly chain: string;
  readonly key: Redacted<string>;
  readonly names: readonly string[];
  /** When the leaf ends to be valid. Milliseconds since 1970; absent where nobody looked. */
  readonly endsAt?: number;
}

export type RouteKindName = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute';
export type AnyRoute = ObjectTypes[RouteKindName];

export interface RouteNode {
  readonly kind: RouteKindName;
  readonly route: Modeled<AnyRoute>;
  readonly ref: ObjectRef;
  /** One for each parentRef that names a Gateway or ListenerSet of ours. */
  readonly parents: readonly ParentNode[];
  readonly rules: readonly RuleNode[];
  readonly resolvedRefs: Verdict;
}

export interface ParentNode {
  /** Index into `spec.parentRefs`. */
  readonly index: number;
  readonly gateway: string;
  readonly accepted: Verdict;
  /** Present where some rules cannot be carried and the others can. */
  readonly partiallyInvalid?: Verdict;
  readonly attachments: readonly Attachment[];
}

/** A route on a listener, with the hosts that it serves there. */
export interface Attachment {
  readonly listener: ListenerNode;
  readonly hostnames: readonly ServedHostname[];
}

export interface ServedHostname {
  /** The intersection with the listener's hostname: what requests are compared with. */
  readonly effective: string;
  /** As the route has it: what decides precedence (feature GatewayRouteHostnameIntersectionPrecedence). */
  readonly original: string;
}

export interface RuleNode {
  readonly index: number;
  /** Why the rule as a whole can't be carried; its requests get 500. */
  readonly invalid?: Verdict;
  /** A filter's reference that does not resolve; the rule's requests get 500. */
  readonly unresolved?: Verdict;
  readonly backends: readonly BackendRefNode[];
  /** The mirror filters of the rule and of its backendRefs; absent where there is none. */
  readonly mirrors?: readonly MirrorNode[];
  /** The filters ExternalAuth of the rule and of its backendRefs; absent where there is none. */
  readonly auths?: readonly AuthNode[];
}

/** Where a mirror filter sends its copies. */
export interface MirrorNode {
  /** Index of the backendRef whose filter it is; absent for a filter of the rule. */
  readonly of?: number;
  /** Index into that list of filters. */
  readonly index: number;
  /** Key into `Graph.backends`; absent where `problem` is present. */
  readonly backend?: string;
  readonly problem?: Verdict;
}

/** Whom a filter ExternalAuth asks; fields as in MirrorNode. */
export type AuthNode = MirrorNode;

export interface BackendRefNode {
  readonly index: number;
  readonly weight: number;
  /** Key into `Graph.backends`; absent where `problem` is present. */
  readonly backend?: string;
  readonly problem?: Verdict;
  /** How clients stay with an endpoint of it; absent where they need not. */
  readonly persistence?: PersistenceNode;
}

/** Session persistence as it is in force for one backendRef (GEP-1619). */
export interface PersistenceNode {
  readonly type: 'Cookie' | 'Header';
  /** As given, or made up so that no two sessions share one. */
  readonly name: string;
  readonly path?: string;
  readonly isPermanent: boolean;
  /** A Gateway API duration. */
  readonly absoluteTimeout?: string;
}

export interface BackendNode {
  readonly key: string;
  /** The Service or XBackend. */
  readonly service: ObjectRef;
  /** Clients stay with an endpoint by their address (spec of Service: sessionAffinity ClientIP). */
  readonly clientAffinity?: true;
  /** Of the oldest XBackendTrafficPolicy that targets it. */
  readonly retryBudget?: RetryBudgetNode;
  readonly port: number;
  readonly protocol: 'http1' | 'h2c' | 'websocket' | 'tcp' | 'udp';
  readonly endpoints: readonly EndpointNode[];
  /** How connections to it are secured; `refused` where its policy can't be used: then none is made. */
  readonly tls?: BackendTls | 'refused';
}

/** TLS to a backend (spec: BackendTLSPolicyValidation). */
export interface BackendTls {
  /** Sent as server name; what the certificate must be for where `names` is empty. */
  readonly serverName: string;
  /** PEM bundles, or those of the system. */
  readonly authorities: readonly string[] | 'system';
  /** Of these the certificate must have at least one; DNS names in lower case, perhaps with a wildcard. */
  readonly names: readonly { readonly kind: 'dns' | 'uri'; readonly value: string }[];
  /** What handshakes may agree on; absent where the options say nothing. */
  readonly terms?: TlsTermsNode;
  /** What is shown in place of the Gateway's certificate; absent: the Gateway's. */
  readonly certificate?: CertificateNode | 'none';
}

/** Durations as the Gateway API writes them (spec: RetryConstraint). */
export interface RetryBudgetNode {
  readonly percent: number;
  readonly interval: string;
  readonly leastCount: number;
  readonly leastInterval: string;
}

export interface XBackendNode {
  readonly backend: Modeled<XBackend>;
  readonly ref: ObjectRef;
  readonly accepted: Verdict;
  readonly resolvedRefs: Verdict;
  /** Nothing can be sent to it, for the reason that `accepted` has. */
  readonly isUnusable: boolean;
  readonly tls?: BackendTls | 'refused';
  readonly persistence?: PersistenceNode;
  /** Keys of the Gateways that lead to it; absent until routes are known. */
  readonly ancestors?: readonly string[];
}

export interface TrafficPolicyNode {
  readonly policy: Modeled<XBackendTrafficPolicy>;
  readonly ref: ObjectRef;
  /** Of the targets that exist. */
  readonly accepted: Verdict;
  /** Targets that do not exist or are of no kind that can be one, each with the reason. */
  readonly missing: readonly { readonly index: number; readonly target: ObjectRef; readonly verdict: Verdict }[];
  /** Keys of the Gateways that lead to its targets; absent until routes are known. */
  readonly ancestors?: readonly string[];
}

export interface BackendTlsPolicyNode {
  readonly policy: Modeled<BackendTLSPolicy>;
  readonly ref: ObjectRef;
  readonly accepted: Verdict;
  readonly resolvedRefs: Verdict;
  /** Absent where it can't be used. */
  readonly tls?: BackendTls;
  /** Why targets mean nothing; absent where all do. */
  readonly missing?: readonly Verdict[];
  /** Keys of the Gateways that it has a meaning for; absent until routes are known. */
  readonly ancestors?: readonly string[];
}

export interface TelemetryPolicyNode {
  readonly policy: Modeled<XTelemetryPolicy>;
  readonly ref: ObjectRef;
  /** One for each target that Postern answers for; no two are the same Gateway. */
  readonly targets: readonly TelemetryTarget[];
  /** Of the collector. */
  readonly resolvedRefs: Verdict;
  /** Where spans go, a key into `Graph.backends`; absent where nothing is traced or the reference does not resolve. */
  readonly collector?: string;
  /** Names of the attributes that are left out, because the data plane has no value for their key. */
  readonly unknownAttributes: readonly string[];
}

export interface TelemetryTarget {
  /** Index into `spec.targetRefs`. */
  readonly index: number;
  readonly gateway: ObjectRef;
  /** The policy is the one that counts for this Gateway. */
  readonly accepted: Verdict;
}

export interface EndpointNode {
  readonly address: string;
  readonly port: number;
  readonly name?: string;
  readonly ready: boolean;
  /** Terminating, and serving until it is gone; only where it is not ready. */
  readonly draining?: true;
}
