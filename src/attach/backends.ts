import type { Service } from '../api/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { BackendTlsPolicies } from './backend-tls.ts';
import type { BackendNode, BackendTlsPolicyNode } from './graph.ts';
import { endpointsOf, type EndpointIndex } from './endpoints.ts';
import type { ReferenceGrants } from './reference-grants.ts';
import type { AttachSettings } from './settings.ts';
import { suggestion } from './suggestion.ts';
import { refuse, type Verdict } from './verdict.ts';

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
  /** Backends resolved so far, by key; each is made once for all rules that name it. */
  readonly backends: Map<string, BackendNode>;
}

export type ResolvedBackend = { readonly backend: string } | { readonly problem: Verdict };

/** Finds the Service port that a reference names (spec: BackendObjectReference). The grant is asked before existence is. */
export function resolveBackend(route: ObjectRef, ref: BackendRef, context: BackendContext): ResolvedBackend {
  const target: ObjectRef = { group: ref.group ?? '', kind: ref.kind ?? 'Service', namespace: ref.namespace ?? route.namespace, name: ref.name };
  if (target.group !== '' || target.kind !== 'Service') {
    return { problem: refuse('InvalidKind', `${target.kind}${target.group === '' ? '' : `.${target.group}`} is not a kind of backend that Postern forwards to; name a Service.`, ['kind']) };
  }
  if (!context.grants.permits(route, target)) {
    return { problem: refuse('RefNotPermitted', `no ReferenceGrant in namespace ${target.namespace} lets ${route.kind}s of namespace ${route.namespace} refer to ${describeRef(target)}.`, ['namespace']) };
  }
  const service = context.model.objects.Service.get(`${target.namespace}/${target.name}`);
  if (service === undefined) return { problem: refuse('BackendNotFound', `${describeRef(target)} does not exist.${suggestion(target, context.model.objects.Service.values())}`, ['name']) };
  return resolvePort(service, { port: ref.port, transport: transports[route.kind] }, context);
}

/** What routes of some kinds need of a Service port, whatever its appProtocol; the others read from there what it speaks. */
const transports: Readonly<Record<string, 'tcp' | 'udp' | 'grpc'>> = { TCPRoute: 'tcp', TLSRoute: 'tcp', UDPRoute: 'udp', GRPCRoute: 'grpc' };

interface Wanted {
  readonly port: number | undefined;
  readonly transport: 'tcp' | 'udp' | 'grpc' | undefined;
}

function resolvePort(service: Modeled<Service>, wanted: Wanted, context: BackendContext): ResolvedBackend {
  const { port, transport } = wanted;
  const key = `service/${service.key}/${port ?? ''}${transport === undefined ? '' : `/${transport}`}`;
  if (context.backends.has(key)) return { backend: key };
  const servicePort = portOf(service, wanted);
  if (port === undefined || (servicePort === undefined && service.object.spec.type !== 'ExternalName')) return { problem: portNotFound(service, port, transport) };
  const protocol = spokenOn(servicePort, transport);
  const policy = context.policies.find(service, servicePort?.name);
  const problem = uncarriedBackend(service, { protocol, policy }, context);
  if (problem !== undefined) return { problem };
  context.backends.set(key, {
    key, service: service.ref, port, protocol: protocol as BackendNode['protocol'],
    ...(policy === undefined || protocol === 'udp' ? {} : { tls: policy.tls ?? 'refused' }),
    endpoints: servicePort === undefined || service.object.spec.type === 'ExternalName'
      ? [{ address: service.object.spec.externalName ?? '', port, ready: true }]
      : endpointsOf(service, servicePort, context.endpoints),
  });
  return { backend: key };
}

type ServicePort = NonNullable<Service['spec']['ports']>[number];

/** A number may be a TCP port and a UDP port of the same Service. */
function portOf({ object }: Modeled<Service>, { port, transport }: Wanted): ServicePort | undefined {
  return object.spec.ports?.find((it) => it.port === port && (it.protocol === 'UDP') === (transport === 'udp'));
}

/** gRPC is spoken over HTTP/2 alone. */
function spokenOn(port: ServicePort | undefined, transport: Wanted['transport']): string {
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
  readonly policy: BackendTlsPolicyNode | undefined;
}

/** Why this data plane can't reach the Service as its owner asks, or undefined. */
function uncarriedBackend(service: Modeled<Service>, { protocol, policy }: Spoken, { settings: { capabilities } }: BackendContext): Verdict | undefined {
  if (protocol === 'udp') return undefined;
  if (protocol !== 'tcp' && !capabilities.backendProtocols.has(protocol)) {
    return refuse('UnsupportedProtocol', `${describeRef(service.ref)} speaks ${protocol} by its appProtocol, which the ${capabilities.name} data plane does not carry.`);
  }
  if (policy === undefined || capabilities.features.includes('BackendTLSPolicy')) return undefined;
  return refuse('UnsupportedProtocol', `BackendTLSPolicy ${policy.policy.key} asks for TLS to ${describeRef(service.ref)}, which the ${capabilities.name} data plane does not carry; plain text would betray it.`);
}
