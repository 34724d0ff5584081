import type { XBackend } from '../api/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import type { BackendContext, BackendRef, ResolvedBackend } from './backends.ts';
import { selectedEndpoints } from './selected-pods.ts';
import type { BackendNode, EndpointNode } from './graph.ts';
import { suggestion } from './suggestion.ts';
import { refuse } from './verdict.ts';

/** Whether a reference means the kind XBackend. */
export function isXBackend({ group, kind }: Pick<ObjectRef, 'group' | 'kind'>): boolean {
  return group === 'gateway.networking.x-k8s.io' && kind === 'XBackend';
}

/** What a referrer speaks to its backend, whatever the backend says of itself; undefined where the backend decides. */
export type Speech = 'tcp' | 'udp' | 'grpc' | 'otlp' | undefined;

/**
 * Finds the XBackend that a reference names (GEP-4894). It must be in the namespace of whoever refers to it, with or without a
 * ReferenceGrant ("Route Attachment and Consumer Overrides").
 */
export function resolveXBackend(referrer: ObjectRef, target: ObjectRef, { port, speech }: Pick<BackendRef, 'port'> & { readonly speech: Speech }, context: BackendContext): ResolvedBackend { // oxlint-disable-line max-params -- who refers to what, how.
  if (target.namespace !== referrer.namespace) {
    const problem = refuse('RefNotPermitted', `${describeRef(target)} can only be used in its own namespace (GEP-4894).`, ['namespace']);
    return { problem: { ...problem, hint: `Make an XBackend in namespace ${referrer.namespace}; a ReferenceGrant does not help here.` } };
  }
  const node = context.xbackends.find(`${target.namespace}/${target.name}`);
  if (node === undefined) return { problem: refuse('BackendNotFound', `${describeRef(target)} does not exist.${suggestion(target, context.model.objects.XBackend.values())}`, ['name']) };
  context.references.refer(target);
  if (port !== undefined) return { problem: refuse('BackendNotFound', `${describeRef(target)} has its own port; leave port out of the reference.`, ['port']) };
  if (node.isUnusable) return { problem: refuse('BackendNotFound', `${describeRef(target)} is not valid: ${node.accepted.message}`, ['name']) };
  const { spec } = node.backend.object;
  const protocol = spokenProtocol(spec, speech);
  const isSecret = spec.tls.mode !== 'None';
  if (protocol === undefined || (protocol === 'udp' && isSecret)) {
    const asked = spec.protocol === undefined ? 'TLS' : `protocol ${spec.protocol}`;
    return { problem: refuse('UnsupportedProtocol', `${describeRef(target)} asks for ${asked}, which ${referrer.kind} can't be carried over.`, ['name']) };
  }
  const key = `xbackend/${node.backend.key}${speech === undefined ? '' : `/${speech}`}`;
  context.backends.use(key, () => backendOf(key, target, speech, context));
  return { backend: key };
}

/** Reads everything that it is made of, so that it can be made again when some of that changes. */
function backendOf(key: string, target: ObjectRef, speech: Speech, context: BackendContext): BackendNode { // oxlint-disable-line max-params -- which, and how it is spoken to.
  const { backend, tls } = context.xbackends.find(`${target.namespace}/${target.name}`)!;
  const { spec } = backend.object;
  const protocol = spokenProtocol(spec, speech)!;
  const retryBudget = context.traffic.retryBudget(target);
  return {
    key, service: target, port: spec.port.number ?? 0, protocol, endpoints: endpointsOf(backend, context),
    ...(tls === undefined || protocol === 'udp' ? {} : { tls }),
    ...(retryBudget === undefined ? {} : { retryBudget }),
  };
}

/** The protocol of the IR, or undefined where the two do not go together. */
function spokenProtocol(spec: XBackend['spec'], speech: Speech): BackendNode['protocol'] | undefined {
  const { protocol: asked, port } = spec;
  switch (speech) {
    case 'tcp': return 'tcp';
    case 'udp': return asked === undefined ? 'udp' : undefined;
    case 'grpc': return asked === undefined || asked === 'HTTP' || overHttp2.has(asked) ? 'h2c' : undefined;
    // The registered port of OTLP over gRPC, as for Services.
    case 'otlp': return asked === undefined && port.number === 4317 ? 'h2c' : asked === 'WSS' ? undefined : httpProtocol(asked);
    default: return httpProtocol(asked);
  }
}

/** MCP is a use of HTTP; HTTP leaves the version to us. */
function httpProtocol(asked: XBackend['spec']['protocol']): BackendNode['protocol'] | undefined {
  if (asked === undefined || asked === 'HTTP' || asked === 'HTTP11' || asked === 'MCP') return 'http1';
  if (asked === 'WSS') return 'websocket';
  return overHttp2.has(asked) ? 'h2c' : undefined;
}

const overHttp2: ReadonlySet<string> = new Set(['HTTP2', 'H2C', 'GRPC']);

function endpointsOf(backend: Modeled<XBackend>, context: BackendContext): readonly EndpointNode[] {
  const { externalHostname, port } = backend.object.spec;
  if (externalHostname !== undefined) return [{ address: externalHostname.hostname, port: port.number ?? 0, ready: true }];
  return selectedEndpoints(backend, context);
}
