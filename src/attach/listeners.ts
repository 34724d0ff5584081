import type { Gateway, ListenerSet } from '../api/index.ts';
import { refKey, type ObjectRef } from '../contract/index.ts';
import type { BackendContext } from './backends.ts';
import { resolveCertificates } from './certificates.ts';
import type { ListenerNode } from './graph.ts';
import { filterReferences, readListenerFilters, uncarriedListenerFilter } from './listener-filters.ts';
import { supportedKinds } from './route-kinds.ts';
import { everyOption, readTlsOptions, type ReadOptions } from './tls-options.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type ListenerSpec = Gateway['spec']['listeners'][number] | ListenerSet['spec']['listeners'][number];

/** The listeners of one Gateway or ListenerSet, each judged alone; conflicts come later. */
export function readListeners(owner: ObjectRef, gateway: string, specs: readonly ListenerSpec[], context: BackendContext): ListenerNode[] {
  return specs.map((spec, index) => readListener(owner, gateway, { spec, index }, context));
}

function readListener(owner: ObjectRef, gateway: string, { spec, index }: { spec: ListenerSpec; index: number }, context: BackendContext): ListenerNode {
  const { capabilities } = context.settings;
  const kinds = supportedKinds(spec.protocol, spec.allowedRoutes?.kinds, capabilities.routeKinds);
  const tlsMode = tlsModeOf(spec);
  const tls = tlsMode === 'Terminate' ? resolveCertificates(owner, spec.tls?.certificateRefs ?? [], context) : undefined;
  const options = tlsOptionsOf(spec);
  const filters = uncarriedListenerFilter(spec, capabilities) === undefined ? readListenerFilters(owner, spec, context) : [];
  return {
    key: `${refKey(owner)}/${spec.name}`,
    gateway,
    owner,
    name: spec.name,
    index,
    port: spec.port,
    protocol: spec.protocol,
    hostname: (spec.hostname ?? '').toLowerCase(),
    allowedRoutes: spec.allowedRoutes,
    supportedKinds: kinds.kinds,
    accepted: acceptListener(spec, options, capabilities),
    conflicted: refuse('NoConflicts', 'No other listener claims the same port and hostname.'),
    resolvedRefs: resolvedRefs(kinds.refused, tls?.verdict.ok === false ? tls.verdict : filterReferences(filters)),
    certificates: tls?.certificates ?? [],
    ...(filters.length === 0 ? {} : { filters }),
    ...(tlsMode === undefined ? {} : { tlsMode }),
    ...(options.terms === undefined ? {} : { tlsTerms: options.terms }),
  };
}

function tlsModeOf(spec: ListenerSpec): ListenerNode['tlsMode'] {
  if (spec.protocol !== 'HTTPS' && spec.protocol !== 'TLS') return undefined;
  return spec.tls?.mode === 'Passthrough' ? 'Passthrough' : 'Terminate';
}

/** Options that have no meaning for a protocol or mode are refused, since nothing would come of what they ask for. */
function tlsOptionsOf(spec: ListenerSpec): ReadOptions {
  if (tlsModeOf(spec) === 'Passthrough') return readTlsOptions(spec.tls?.options, everyOption('with mode Passthrough the backend says what handshakes agree on.'));
  return readTlsOptions(spec.tls?.options, spec.protocol === 'HTTPS' ? {} : { alpn: 'a listener of protocol TLS carries bytes of any protocol.' });
}

function acceptListener(spec: ListenerSpec, { problem }: ReadOptions, capabilities: BackendContext['settings']['capabilities']): Verdict {
  if (!capabilities.protocols.has(spec.protocol)) {
    return refuse('UnsupportedProtocol', `protocol ${spec.protocol} is not carried by the ${capabilities.name} data plane; it carries ${[...capabilities.protocols].join(', ')}.`, ['protocol']);
  }
  const filter = uncarriedListenerFilter(spec, capabilities);
  if (filter !== undefined) return filter;
  if (spec.protocol === 'TLS' && tlsModeOf(spec) === 'Terminate' && !capabilities.features.includes('TLSRouteModeTerminate')) {
    return refuse('UnsupportedValue', `mode Terminate of protocol TLS is not carried by the ${capabilities.name} data plane; use Passthrough.`, ['tls', 'mode']);
  }
  if (problem !== undefined) return refuse('UnsupportedValue', problem.message, ['tls', ...problem.path]);
  return accept('Accepted', 'The listener is valid.');
}

function resolvedRefs(refusedKinds: readonly string[], problem: Verdict | undefined): Verdict {
  if (refusedKinds.length > 0) return refuse('InvalidRouteKinds', `allowedRoutes.kinds: ${refusedKinds.join(', ')} can't attach to a listener of this protocol.`, ['allowedRoutes', 'kinds']);
  return problem ?? accept('ResolvedRefs', 'All references of the listener resolve.');
}
