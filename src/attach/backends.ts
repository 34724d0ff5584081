import type { Pod, Service } from '../api/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { BackendTlsPolicies, TlsInForce } from './backend-tls.ts';
import type { BackendNode } from './graph.ts';
import type { BackendTable, LiveBackends } from './live-backends.ts';
import { endpointsOf, type EndpointIndex } from './endpoints.ts';
import type { ReferenceGrants } from './reference-grants.ts';
import type { AttachSettings } from './settings.ts';
import { suggestion } from './suggestion.ts';
import type { TrafficPolicies } from './traffic-policies.ts';
import { refuse, type Verdict } from './verdict.ts';
import { isXBackend, resolveXBackend, type Speech } from './xbackend-reference.ts';
import type { XBackends } from './xbackends.ts';

export interface BackendRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly port?: number;
}

export interface BackendContext {
  readonly model: Model;
  readonly grants: ReferenceGrants;
  readonly settings: AttachSettings;
  readonly endpoints: EndpointIndex;
  readonly policies: BackendTlsPolicies;
  readonly xbackends: XBackends;
  readonly traffic: TrafficPolicies;
  readonly references: Pick<LiveBackends, 'refer'>;
  /** Services that stand for the pods that an XBackend selects, by the key of the XBackend. */
  readonly backingServices: Pick<ReadonlyMap<string, Modeled<Service>>, 'get'>;
  /** By namespace. */
  readonly pods: Pick<ReadonlyMap<string, readonly Modeled<Pod>[]>, 'get'>;
  /** Each is made once for all that name it. */
  readonly backends: BackendTable;
}

export type ResolvedBackend = { readonly backend: string } | { readonly problem: Verdict };

/**
 * Finds the Service port that a reference names (spec: BackendObjectReference). The grant is asked before existence is. `spoken` is what the
 * referrer speaks, where its kind does not say.
 */
export function resolveBackend(route: ObjectRef, ref: BackendRef, context: BackendContext, spoken?: Speech): ResolvedBackend { // oxlint-disable-line max-params -- who refers to what, how.
  const speech = spoken ?? transports[route.kind];
  const target: ObjectRef = { group: ref.group ?? '', kind: ref.kind ?? 'Service', namespace: ref.namespace ?? route.namespace, name: ref.name };
  if (isXBackend(target) && context.settings.capabilities.objectKinds?.has('XBackend') === true) {
    return resolveXBackend(route, target, { ...(ref.port === undefined ? {} : { port: ref.port }), speech }, context);
  }
  if (target.group !== '' || target.kind !== 'Service') {
    return { problem: refuse('InvalidKind', `${target.kind}${target.group === '' ? '' : `.${target.group}`} is not a kind of backend that Postern forwards to; name a Service.`, ['kind']) };
  }
  if (!context.grants.permits(route, target)) {
    return { problem: refuse('RefNotPermitted', `no ReferenceGrant in namespace ${target.namespace} lets ${plural(route.kind)} of namespace ${route.namespace} refer to ${describeRef(target)}.`, ['namespace']) };
  }
  const service = context.model.objects.Service.get(`${target.namespace}/${target.name}`);
  if (service === undefined) return { problem: refuse('BackendNotFound', `${describeRef(target)} does not exist.${suggestion(target, context.model.objects.Service.values())}`, ['name']) };
  context.references.refer(target);
  return resolvePort(service, { port: ref.port, transport: speech }, context);
}

function plural(kind: string): string {
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** What routes of some kinds need of a Service port, whatever its appProtocol; the others read from there what it speaks. */
const transports: Readonly<Record<string, Transport>> = { TCPRoute: 'tcp', TLSRoute: 'tcp', UDPRoute: 'udp', GRPCRoute: 'grpc', XTelemetryPolicy: 'otlp' };

type Transport = NonNullable<Speech>;

interface Wanted {
  readonly port: number | undefined;
  readonly transport: Transport | undefined;
}

function resolvePort(service: Modeled<Service>, wanted: Wanted, context: BackendContext): ResolvedBackend {
  const { port, transport } = wanted;
  const key = keyOf(service.key, wanted);
  const servicePort = portOf(service, wanted);
  if (port === undefined || (servicePort === undefined && service.object.spec.type !== 'ExternalName')) return { problem: portNotFound(service, port, transport) };
  const protocol = spokenOn(servicePort, transport);
  const policy = context.policies.find(service, servicePort?.name);
  const problem = uncarriedBackend(service, { protocol, policy }, context);
  if (problem !== undefined) return { problem };
  context.backends.use(key, () => backendAt(service.key, { port, transport }, context));
  return { backend: key };
}

/** Reads everything that it is made of, so that it can be made again when some of that changes. */
function backendAt(of: string, { port, transport }: Wanted & { readonly port: number }, context: BackendContext): BackendNode {
  const service = context.model.objects.Service.get(of)!;
  const servicePort = portOf(service, { port, transport });
  const protocol = spokenOn(servicePort, transport);
  const policy = context.policies.find(service, servicePort?.name);
  const retryBudget = context.traffic.retryBudget(service.ref);
  return {
    key: keyOf(of, { port, transport }), service: service.ref, port, protocol: (protocol === 'wss' ? 'websocket' : protocol) as BackendNode['protocol'],
    ...affinityOf(service), ...(retryBudget === undefined ? {} : { retryBudget }),
    ...(policy === undefined || protocol === 'udp' ? {} : { tls: policy.tls }),
    endpoints: endpointsAt(service, servicePort ?? port, context),
  };
}

function keyOf(service: string, { port, transport }: Wanted): string {
  return `service/${service}/${port ?? ''}${transport === undefined ? '' : `/${transport}`}`;
}

/** Those of the slices, or, for a name outside of the cluster, the name itself. */
function endpointsAt(service: Modeled<Service>, port: ServicePort | number, { endpoints }: BackendContext): BackendNode['endpoints'] {
  const { type, externalName = '' } = service.object.spec;
  if (typeof port === 'number') return [{ address: externalName, port, ready: true }];
  return type === 'ExternalName' ? [{ address: externalName, port: port.port, ready: true }] : endpointsOf(service, port, endpoints);
}

function affinityOf({ object }: Modeled<Service>): { readonly clientAffinity?: true } {
  return object.spec.sessionAffinity === 'ClientIP' ? { clientAffinity: true } : {};
}

type ServicePort = NonNullable<Service['spec']['ports']>[number];

/** A number may be a TCP port and a UDP port of the same Service. */
function portOf({ object }: Modeled<Service>, { port, transport }: Wanted): ServicePort | undefined {
  return object.spec.ports?.find((it) => it.port === port && (it.protocol === 'UDP') === (transport === 'udp'));
}

/** What ports of collectors that speak gRPC say of themselves. */
const otlpGrpc: ReadonlySet<string> = new Set(['kubernetes.io/h2c', 'grpc']);

/** gRPC is spoken over HTTP/2 alone. OTLP has one form for each version of HTTP; 4317 is the registered port of that over gRPC. */
function spokenOn(port: ServicePort | undefined, transport: Wanted['transport']): string {
  if (transport === 'otlp') return port?.port === 4317 || otlpGrpc.has(port?.appProtocol ?? '') ? 'h2c' : 'http1';
  return transport === 'grpc' ? 'h2c' : transport ?? protocolOf(port?.appProtocol);
}

function portNotFound({ ref, object }: Modeled<Service>, port: number | undefined, transport: Wanted['transport']): Verdict {
  const ports = (object.spec.ports ?? []).map((it) => (it.protocol === 'UDP' ? `${it.port} (UDP)` : it.port)).join(', ');
  return refuse('BackendNotFound', `${describeRef(ref)} has no${transport === 'udp' ? ' UDP' : ''} port ${port ?? '(none given)'}; it has ${ports === '' ? 'none' : ports}.`, ['port']);
}

/** GEP-1911: the protocols that Services name by appProtocol; any other name says nothing that a proxy needs. */
function protocolOf(appProtocol: string | undefined): string {
  switch (appProtocol) {
    case 'kubernetes.io/h2c': return 'h2c';
    case 'kubernetes.io/ws': return 'websocket';
    case 'kubernetes.io/wss': return 'wss';
    default: return 'http1';
  }
}

interface Spoken {
  readonly protocol: string;
  readonly policy: TlsInForce | undefined;
}

/** Why this data plane can't reach the Service as its owner asks, or undefined. */
function uncarriedBackend(service: Modeled<Service>, { protocol, policy }: Spoken, { settings: { capabilities } }: BackendContext): Verdict | undefined {
  if (protocol === 'udp') return undefined;
  if (protocol !== 'tcp' && !capabilities.backendProtocols.has(protocol)) {
    return refuse('UnsupportedProtocol', `${describeRef(service.ref)} speaks ${protocol} by its appProtocol, which the ${capabilities.name} data plane does not carry.`);
  }
  if (protocol === 'wss' && policy === undefined) {
    return refuse('UnsupportedProtocol', `${describeRef(service.ref)} speaks wss by its appProtocol; a BackendTLSPolicy must say how it is verified (GEP-1911).`);
  }
  if (policy === undefined || capabilities.features.includes('BackendTLSPolicy')) return undefined;
  return refuse('UnsupportedProtocol', `BackendTLSPolicy ${policy.policy} asks for TLS to ${describeRef(service.ref)}, which the ${capabilities.name} data plane does not carry; plain text would betray it.`);
}
