import { Redacted } from '../base/index.ts';
import { type ObjectRef, type Origin, refKey } from '../contract/index.ts';
import type { Certificate, Ir, Listener, StreamListener } from '../ir/index.ts';
import { isSame, type Known, type Meaning } from './known.ts';

/**
 * Files mostly have no Secrets with certificates, since those come from elsewhere. Where a listener names only Secrets that are not among the
 * files, they are taken as there, with a certificate for its hostname: what comes after the handshake can be told then.
 */
export function withAssumedCertificates<T extends Known & { readonly meaning: Meaning }>(known: T): T & { readonly assumedCertificates: readonly ObjectRef[] } {
  const made: Record<string, Certificate> = {};
  const assume = <L extends Listener | StreamListener>(listener: L): L => {
    const refs = listener.certificates?.length === 0 ? absentSecrets(listener.origin, known) : [];
    for (const ref of refs) made[refKey(ref)] = { chain: '', key: new Redacted(''), names: listener.hostname === '' ? [] : [listener.hostname], origin: ref };
    return refs.length === 0 ? listener : { ...listener, certificates: refs.map(refKey) };
  };
  const { listeners, streamListeners, certificates } = known.ir;
  const ir: Ir = { ...known.ir, listeners: mapped(listeners, assume), ...(streamListeners === undefined ? {} : { streamListeners: mapped(streamListeners, assume) }) };
  const assumedCertificates = Object.values(made).map(({ origin }) => origin);
  return { ...known, assumedCertificates, ...(assumedCertificates.length === 0 ? {} : { ir: { ...ir, certificates: { ...certificates, ...made } } }) };
}

function mapped<T>(table: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value)]));
}

/** The Secrets that a listener names; none where one of them is there, or may not be named. */
function absentSecrets(origin: Origin, { meaning: { graph, model } }: Known & { readonly meaning: Meaning }): ObjectRef[] {
  const nodes = [...graph.gateways.values()].flatMap(({ listeners }) => listeners);
  const node = nodes.find(({ owner, name }) => isSame(owner, origin) && name === origin.section);
  if (node === undefined || node.resolvedRefs.ok || node.resolvedRefs.reason !== 'InvalidCertificateRef') return [];
  const key = `${origin.namespace}/${origin.name}`;
  const specs = origin.kind === 'Gateway' ? model.objects.Gateway.get(key)?.object.spec.listeners : model.objects.ListenerSet.get(key)?.object.spec.listeners;
  const refs = (specs?.[node.index]?.tls?.certificateRefs ?? []).map(({ kind = 'Secret', namespace = origin.namespace, name }): ObjectRef => ({ group: '', kind, namespace, name }));
  const isThere = refs.some((it) => it.kind !== 'Secret' || model.objects.Secret.has(`${it.namespace}/${it.name}`));
  return isThere ? [] : refs;
}
