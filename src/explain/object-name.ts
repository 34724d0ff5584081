import { kinds, type Kind } from '../api/index.ts';
import { nearName, nearOrRelatedName } from '../base/index.ts';
import { refKey, type ObjectRef } from '../contract/index.ts';
import { isSame, type Meaning } from './known.ts';

/** Names that people type for kinds, beside the kind itself in any case and its plural. */
const short: Readonly<Record<string, Kind>> = { gw: 'Gateway', gtw: 'Gateway', gc: 'GatewayClass', route: 'HTTPRoute', svc: 'Service', ns: 'Namespace', cm: 'ConfigMap', ls: 'ListenerSet', refgrant: 'ReferenceGrant', btlspolicy: 'BackendTLSPolicy' };

/** What `KIND/NAME`, `KIND/NAMESPACE/NAME` or `listener/GATEWAY/NAME` means. */
export type NamedObject =
  | { readonly kind: 'object'; readonly ref: ObjectRef }
  | { readonly kind: 'listener'; readonly gateway: string; readonly listener: string }
  /** A sentence. */
  | { readonly kind: 'unknown'; readonly problem: string };

const ofCluster: ReadonlySet<string> = new Set(['GatewayClass', 'Namespace', 'ClusterTrustBundle']);

/** Finds what a person named; without a namespace in the name `namespace` counts, or the only one that has such an object. */
export function findObject(text: string, namespace: string | undefined, meaning: Meaning): NamedObject {
  const [word = '', ...rest] = text.split('/');
  if (word.toLowerCase() === 'listener' && (rest.length === 2 || rest.length === 3)) return findListener(rest, namespace, meaning);
  const kind = kindOf(word);
  if (kind === undefined) return unknown(/[.:]/.test(word) ? `${text} is no KIND/NAME; for a request write http://${text} or https://${text}` : `there is no kind ${word}${near(nearName(word, kinds))}`);
  const name = rest.at(-1) ?? '';
  if (name === '' || rest.length > 2) return unknown(`${text} is no KIND/NAME or KIND/NAMESPACE/NAME`);
  return findNamed(kind, name, { namespace: ofCluster.has(kind) ? '' : rest.length === 2 ? rest[0] : namespace, meaning });
}

function findNamed(kind: Kind, name: string, { namespace, meaning }: { readonly namespace: string | undefined; readonly meaning: Meaning }): NamedObject {
  const known = knownRefs(kind, meaning);
  const fitting = known.filter((it) => it.name === name && (namespace === undefined || it.namespace === namespace));
  if (fitting.length === 1) return { kind: 'object', ref: fitting[0]! };
  if (fitting.length > 1) return unknown(`several ${kind}s have the name ${name}: ${fitting.map((it) => it.namespace).join(', ')}; say which with -n`);
  const [elsewhere] = known.filter((it) => it.name === name).map((it) => `${it.namespace}/${it.name}`);
  const meant = nearOrRelatedName(name, known.map((it) => it.name));
  return unknown(`there is no ${kind} ${namespace === undefined || namespace === '' ? name : `${namespace}/${name}`}${elsewhere === undefined ? near(meant) || among(known) : `; there is ${elsewhere}`}`);
}

/** What there is, where nothing is near. */
function among(known: readonly ObjectRef[]): string {
  const names = known.map((it) => (it.namespace === '' ? it.name : `${it.namespace}/${it.name}`)).sort();
  if (names.length === 0) return '; there is none at all';
  return `; there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

function unknown(problem: string): NamedObject {
  return { kind: 'unknown', problem };
}

function findListener(rest: readonly string[], namespace: string | undefined, { graph }: Meaning): NamedObject {
  const [listener = '', gateway = ''] = rest.toReversed();
  const wanted = rest.length === 3 ? rest[0] : namespace;
  const found = [...graph.gateways.values()].filter(({ ref }) => ref.name === gateway && (wanted === undefined || ref.namespace === wanted));
  const [node] = found;
  const names = [...graph.gateways.values()].map(({ ref }) => ref.name);
  if (node === undefined) return unknown(`there is no Gateway ${gateway} that is served here${near(nearOrRelatedName(gateway, names))}`);
  if (node.listeners.some(({ name }) => name === listener)) return { kind: 'listener', gateway: node.gateway.key, listener };
  return unknown(`Gateway ${node.gateway.key} has no listener ${listener}; it has ${node.listeners.map(({ name }) => name).join(', ')}`);
}

function near(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`;
}

/** The kind that a person means: in any case, in the singular, the plural or kubectl's short form. */
export function kindOf(word: string): Kind | undefined {
  const lower = word.toLowerCase().split('.', 1)[0] ?? '';
  return short[lower] ?? kinds.find((kind) => [kind.toLowerCase(), `${kind.toLowerCase()}s`, `${kind.toLowerCase()}es`, kind.toLowerCase().replace(/y$/, 'ies')].includes(lower));
}

/** Objects of a kind: those that are read, and those that are not and were named by findings. */
function knownRefs(kind: Kind, { model, findings }: Meaning): ObjectRef[] {
  const read = [...model.objects[kind].values()].map(({ ref }) => ref);
  const broken = findings.flatMap(({ object }) => (object?.kind === kind && !read.some((it) => isSame(it, object)) ? [object] : []));
  return [...read, ...new Map(broken.map((it) => [refKey(it), it])).values()];
}
