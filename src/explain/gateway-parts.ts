import type { ListenerNode } from '../attach/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Known, Meaning } from './known.ts';
import type { Part } from './part.ts';

type Explained = Known & { readonly meaning: Meaning };

interface Parts {
  readonly parts: readonly Part[];
  readonly state: string;
}

/** What a Gateway or ListenerSet consists of, and who attaches to it. */
export function gatewayParts(ref: ObjectRef, { meaning }: Explained): Parts {
  const key = `${ref.namespace}/${ref.name}`;
  return ref.kind === 'Gateway' ? ofGateway(key, ref, meaning) : ofSet(key, ref, meaning);
}

function ofGateway(key: string, ref: ObjectRef, { graph, model }: Meaning): Parts {
  const node = graph.gateways.get(key);
  const name = model.objects.Gateway.get(key)?.object.spec.gatewayClassName ?? '';
  if (node === undefined) return { state: 'left alone', parts: [{ object: `GatewayClass ${name}`, words: model.objects.GatewayClass.has(name) ? `belongs to another controller than ${graph.controllerName}` : 'does not exist', state: 'bad', ref: { group: ref.group, kind: 'GatewayClass', namespace: '', name }, mend: 'Name a class of Postern.' }] };
  const sets = [...graph.listenerSets.values()].filter(({ gateway }) => gateway === key);
  return {
    state: node.accepted.ok ? 'accepted' : 'not accepted',
    parts: [
      { object: `GatewayClass ${name}`, words: node.adopted ? 'is not ours, and the Gateway is served all the same' : 'is ours', state: node.adopted ? 'note' : 'good' },
      ...node.listeners.flatMap((it) => listenerParts(it, { graph, model }).parts),
      ...sets.map((it): Part => ({ object: describeRef(it.ref), words: it.accepted.ok ? `adds ${it.listeners.length} listeners` : it.accepted.message, state: it.accepted.ok ? 'good' : 'bad', ref: it.ref })),
      ...(node.clientCertificateRef?.ok === false ? [{ object: 'tls.backend.clientCertificateRef', words: node.clientCertificateRef.message, state: 'bad' as const, ref }] : []),
    ],
  };
}

function ofSet(key: string, ref: ObjectRef, { graph, model }: Meaning): Parts {
  const node = graph.listenerSets.get(key);
  if (node === undefined) return { state: 'not attached', parts: [{ object: 'spec.parentRef', words: 'names no Gateway that is served here', state: 'bad', ref, path: ['spec', 'parentRef'] }] };
  return {
    state: node.accepted.ok ? 'accepted' : 'not accepted',
    parts: [
      { object: `Gateway ${node.gateway}`, words: node.accepted.ok ? 'takes it' : node.accepted.message, state: node.accepted.ok ? 'good' : 'bad', ref },
      ...node.listeners.flatMap((it) => listenerParts(it, { graph, model }).parts),
    ],
  };
}

/** A listener: whether it is served, its certificates, and the routes on it. */
export function listenerParts(listener: ListenerNode, { graph }: Pick<Meaning, 'graph' | 'model'>): Parts {
  const { accepted, resolvedRefs, conflicted, certificates, owner, index, name } = listener;
  const object = `listener ${name}`;
  const about = { ref: owner, path: ['spec', 'listeners', index] };
  const routes = graph.routes.filter(({ parents }) => parents.some((it) => it.accepted.ok && it.attachments.some((one) => one.listener.key === listener.key)));
  const parts: Part[] = [
    accepted.ok ? { object, words: `${listener.protocol} on port ${listener.port} for ${listener.hostname === '' ? 'every host' : listener.hostname}`, state: 'good' }
      : { object, words: `is not served: ${accepted.message}`, state: 'bad', ...about },
    ...(resolvedRefs.ok ? [] : [{ object, words: resolvedRefs.message, state: 'bad' as const, ...about }]),
    ...certificates.map((it): Part => ({ object: describeRef(it.ref), words: `is its certificate, for ${it.names.join(', ') || 'no name'}`, state: 'good' })),
    ...(listener.tlsTerms === undefined ? [] : [{ object, words: termsWords(listener.tlsTerms), state: 'note' as const }]),
    ...(listener.overlappingTls === undefined ? [] : [{ object, words: listener.overlappingTls.message, state: 'note' as const }]),
    ...(listener.clientValidation === undefined ? [] : [{ object, words: listener.clientValidation.mode === 'require' ? 'lets in only clients with a certificate that its authorities vouch for' : 'asks clients for a certificate, and lets everybody in', state: 'note' as const }]),
    ...(routes.length === 0 ? [{ object, words: 'has no route', state: 'note' as const }] : routes.slice(0, 20).map((it): Part => ({ object: describeRef(it.ref), words: `is attached to ${object}`, state: 'good' }))),
    ...(routes.length > 20 ? [{ object, words: `has ${routes.length - 20} more routes`, state: 'note' as const }] : []),
  ];
  return { state: conflicted.ok ? 'in conflict' : accepted.ok ? 'accepted' : 'not accepted', parts };
}

function termsWords({ minVersion = '1.2', maxVersion = '1.3', cipherSuites, alpn }: NonNullable<ListenerNode['tlsTerms']>): string {
  const versions = minVersion === maxVersion ? `TLS ${minVersion} alone` : `TLS ${minVersion} to ${maxVersion}`;
  return [`agrees on ${versions}`, ...(cipherSuites === undefined ? [] : [`of TLS 1.2 on ${cipherSuites.join(', ')}`]), ...(alpn === undefined ? [] : [`by ALPN on ${alpn.join(', ')}`])].join('; ');
}
