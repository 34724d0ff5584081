import { describeRef } from '../../contract/index.ts';
import type { Certificate, CertificateKey, ClientValidation, Listener, StreamListener, TlsTerms } from '../../ir/index.ts';
import type { Change } from './change.ts';
import type { HandshakeDifference } from './differences.ts';
import { portText } from './groups.ts';
import type { GatewayPair } from './pairs.ts';
import type { Side } from './side.ts';

type AnyListener = Listener | StreamListener;

/** What is other about a Gateway itself: whether it is there, its name, and its addresses. */
export function gatewayChanges({ before, after }: GatewayPair, a: Side, b: Side): Change[] {
  const base = { kind: 'gateway' as const, gateway: after ?? before ?? '', ports: [], what: ['the Gateway'], notes: [] };
  if (before === undefined) return [{ ...base, effect: 'new', before: 'none', after: `Gateway ${after ?? ''}` }];
  if (after === undefined) return [{ ...base, effect: 'gone', before: `Gateway ${before}`, after: 'none' }];
  const moved: Change[] = before === after ? [] : [{ ...base, effect: 'other', before: `Gateway ${before}`, after: `Gateway ${after}` }];
  const [old, now] = [addressesOf(a, before), addressesOf(b, after)];
  return old === now ? moved : [...moved, { ...base, effect: 'other', before: `addresses: ${old}`, after: `addresses: ${now}` }];
}

/** The addresses that the manifests ask for. */
function addressesOf({ known }: Side, gateway: string): string {
  const asked = known.meaning.graph.gateways.get(gateway)?.addresses ?? [];
  return asked.flatMap(({ value }) => value ?? []).sort().join(', ') || 'any';
}

/** Listeners that are new, gone, or other in what no request shows: port, protocol, hostname, TLS, who may come in. */
export function listenerChanges({ before, after }: GatewayPair, a: Side, b: Side): Change[] {
  // A Gateway that is new or gone has its listeners with it.
  if (before === undefined || after === undefined) return [];
  const [old, now] = [listenersOf(a, before), listenersOf(b, after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name): Change[] => {
    const [was, is] = [old.get(name), now.get(name)];
    const base = { kind: 'listener' as const, gateway: after, ports: [], what: [`listener ${name}`], notes: [] };
    if (was === undefined) return [{ ...base, effect: 'new', before: 'none', after: is!.words }];
    if (is === undefined) return [{ ...base, effect: 'gone', before: was.words, after: 'none' }];
    const only = (own: ListenerWords, other: ListenerWords): string => [own.words, ...own.extras.filter((it) => !other.extras.includes(it))].join('; ');
    const [from, to] = [only(was, is), only(is, was)];
    if (from !== to) return [{ ...base, effect: 'other', before: from, after: to }];
    return was.rest === is.rest ? [] : [{ ...base, effect: 'other', before: was.words, after: `${is.words}; other settings` }];
  });
}

interface ListenerWords {
  readonly words: string;
  readonly extras: readonly string[];
  /** What the words leave out. */
  readonly rest: string;
}

/** By name; those of ListenerSets with the name of their set. */
function listenersOf(side: Side, gateway: string): Map<string, ListenerWords> {
  const all = (side.places.get(gateway) ?? []).flatMap(({ listeners }) => listeners);
  return new Map(all.map((it) => [it.origin.kind === 'Gateway' ? it.origin.section ?? '' : `${it.origin.section ?? ''} of ${describeRef(it.origin)}`, wordsOf(it, side)]));
}

function wordsOf(listener: AnyListener, { content, validations, known: { ir } }: Side): ListenerWords {
  const { protocol, port, hostname, terms, upstreamCertificate } = listener;
  const validation = validations.get(listener.socket);
  const rest = { validation, upstream: content.certificate(upstreamCertificate), tracing: tracingOf(listener, ir.tracings), filters: 'filters' in listener ? content.withBackends(listener.filters) : [] };
  return {
    words: `${protocol} port ${port}${hostname === '' ? '' : ` for ${hostname}`}`,
    extras: [...termWords(terms), ...validationWords(validation), ...certificateWords(upstreamCertificate, ir.certificates)], rest: JSON.stringify(rest),
  };
}

function tracingOf(listener: AnyListener, tracings: Side['known']['ir']['tracings'] = {}): unknown {
  const { origin: _, ...tracing } = ('tracing' in listener && listener.tracing !== undefined ? tracings[listener.tracing] : undefined) ?? { origin: undefined };
  return tracing;
}

function termWords(terms: TlsTerms = {}): string[] {
  const { minVersion, maxVersion, cipherSuites, alpn } = terms;
  return [
    ...(minVersion === undefined ? [] : [`TLS from ${minVersion}`]), ...(maxVersion === undefined ? [] : [`TLS up to ${maxVersion}`]),
    ...(cipherSuites === undefined ? [] : [`suites ${cipherSuites.join(', ')}`]), ...(alpn === undefined ? [] : [`ALPN ${alpn.join(', ')}`]),
  ];
}

function validationWords(validation: ClientValidation | undefined): string[] {
  if (validation === undefined) return [];
  return [validation.mode === 'require' ? 'clients must show a certificate' : 'clients are asked for a certificate'];
}

function certificateWords(key: CertificateKey | undefined, certificates: Side['known']['ir']['certificates']): string[] {
  return key === undefined ? [] : [`shows backends ${nameOf(certificates[key])}`];
}

function nameOf(certificate: Certificate | undefined): string {
  return certificate === undefined ? 'no certificate' : `${describeRef(certificate.origin)} (for ${certificate.names.join(', ') || 'no name'})`;
}

interface CertificateGroup {
  readonly change: Change;
  readonly hosts: Set<string>;
  readonly ports: Set<string>;
}

/** Server names for which another certificate is shown; the same exchange is one line. */
export function certificateChanges(differences: readonly HandshakeDifference[], a: Side, b: Side): Change[] {
  const groups = new Map<string, CertificateGroup>();
  const isForNone = ({ before, after }: HandshakeDifference): boolean => before?.isForName === false && after?.isForName === false;
  const pairOf = ({ before, after }: HandshakeDifference): string => JSON.stringify([before?.certificate, after?.certificate]);
  const fitting = new Set(differences.filter((it) => !isForNone(it)).map(pairOf));
  // Names for which neither is are no reason to tell an exchange twice.
  for (const it of differences.filter((one) => !isForNone(one) || !fitting.has(pairOf(one)))) {
    const group = certificateGroup(it, a, b);
    const key = JSON.stringify([group.gateway, group.before, group.after]);
    const known = groups.get(key) ?? { change: group, hosts: new Set(), ports: new Set() };
    groups.set(key, known);
    known.hosts.add(it.hostname);
    known.ports.add(portText(it.pair));
  }
  return [...groups.values()].map(({ change, hosts, ports }) => ({ ...change, what: [[...hosts].map((it) => it || 'every other host').join(', ')], ports: [...ports] }));
}

function certificateGroup({ pair, before, after }: HandshakeDifference, a: Side, b: Side): Change {
  const [was, is] = [certificateAt(a, before?.certificate), certificateAt(b, after?.certificate)];
  const [old, now] = [shownText(was, before), shownText(is, after)];
  const effect = was === undefined ? 'new' : is === undefined ? 'gone' : 'other';
  return { kind: 'certificate', effect, gateway: pair.gateways.after ?? pair.gateways.before ?? '', ports: [], what: [], before: old, after: old === now ? `${now}, renewed` : now, notes: [] };
}

function certificateAt({ known: { ir } }: Side, key: CertificateKey | undefined): Certificate | undefined {
  return key === undefined ? undefined : ir.certificates[key];
}

function shownText(certificate: Certificate | undefined, handshake: HandshakeDifference['before']): string {
  return `${nameOf(certificate)}${certificate === undefined || handshake?.isForName === true ? '' : ', which is not for this name'}`;
}
