import { type Asked, type PlaceToAsk, rehearseAt } from '../../explain/index.ts';
import type { Handshake, Rehearsal } from '../../ir/index.ts';
import { type AskedHost, hostsFor, hostsOfCertificate } from './hosts.ts';
import type { PlacePair } from './pairs.ts';
import { askedOf, type MadeRequest, requestsFor, type Scheme } from './requests.ts';
import { certificateNamesOf, hostnamesOf, type HostView, type Side, viewOf } from './side.ts';
import { type Treatment, treatmentOf } from './treatment.ts';

/** One of the two ends of a difference. */
export interface End {
  /** Absent: nothing listens there. */
  readonly asked?: Asked;
  readonly rehearsal?: Rehearsal;
  readonly treatment: Treatment;
}

/** A request that is treated in another way. */
export interface Difference {
  readonly pair: PlacePair;
  readonly made: MadeRequest;
  /** The hostname that the request stands for. */
  readonly hostname: string;
  readonly serverName?: string;
  readonly before: End;
  readonly after: End;
}

/** A server name for which another certificate is shown. */
export interface HandshakeDifference {
  readonly pair: PlacePair;
  /** The hostname that the server name stands for. */
  readonly hostname: string;
  readonly before?: Handshake;
  readonly after?: Handshake;
}

export interface Compared {
  readonly differences: readonly Difference[];
  readonly handshakes: readonly HandshakeDifference[];
  /** How many requests were made up. */
  readonly requests: number;
}

/** Makes up requests for two places and asks both sides about each. */
export function comparePlaces(a: Side, b: Side, pair: PlacePair): Compared {
  const isStream = pair.scheme === 'tcp' || pair.scheme === 'udp' || pair.scheme === 'tls';
  const found: Gathered = { differences: [], handshakes: [], requests: 0 };
  for (const { host, hostname } of hostsAt(a, b, pair)) {
    const [before, after] = [viewOf(a, pair.before, host), viewOf(b, pair.after, host)];
    if (before.content === after.content && pair.before !== undefined && pair.after !== undefined) continue;
    if (!isMeant(pair.scheme, before, after)) continue;
    const requests = isStream ? [{ method: 'GET', target: '/', headers: new Map<string, string>() }] : requestsFor(before, after);
    const own: Gathered = { differences: [], handshakes: [], requests: 0 };
    let isFirst = true;
    for (const made of requests) {
      const ends = endsOf({ made, host }, a, b, pair);
      if (isFirst && (pair.scheme === 'https' || pair.scheme === 'tls')) addHandshake(own, ends, { a, b, pair, hostname });
      isFirst = false;
      add(own, ends, { pair, made, hostname });
    }
    found.requests += own.requests;
    found.handshakes.push(...own.handshakes);
    found.differences.push(...withoutEchoes(own.differences));
  }
  if (pair.scheme === 'https') addCrossings(found, a, b, pair);
  return found;
}

/** A port may read requests for some server names and carry bytes for others; clients of both kinds begin with the same handshake. */
function isMeant(scheme: Scheme, before: HostView, after: HostView): boolean {
  const readsRequests = before.does === 'read requests' || after.does === 'read requests';
  const carries = before.does === 'carry bytes' || after.does === 'carry bytes';
  return scheme === 'tls' ? !readsRequests : scheme !== 'https' || readsRequests || !carries;
}

interface Gathered {
  readonly differences: Difference[];
  readonly handshakes: HandshakeDifference[];
  requests: number;
}

interface Ends {
  readonly before: End;
  readonly after: End;
}

function add(found: Gathered, { before, after }: Ends, about: Pick<Difference, 'pair' | 'made' | 'hostname' | 'serverName'>): void {
  found.requests++;
  if (JSON.stringify(before.treatment) !== JSON.stringify(after.treatment)) found.differences.push({ ...about, before, after });
}

function addHandshake(found: Gathered, ends: Ends, { a, b, pair, hostname }: { readonly a: Side; readonly b: Side; readonly pair: PlacePair; readonly hostname: string }): void {
  const [before, after] = [ends.before.rehearsal?.handshake, ends.after.rehearsal?.handshake];
  // A port that is new or gone is told as such.
  if (before === undefined || after === undefined) return;
  const text = (side: Side, { certificate, isForName }: Handshake): string => JSON.stringify([side.content.certificate(certificate), isForName]);
  if (text(a, before) !== text(b, after)) found.handshakes.push({ pair, hostname, before, after });
}

/** Hosts for all that the two places tell apart. */
function hostsAt(a: Side, b: Side, { before, after, scheme }: PlacePair): AskedHost[] {
  if (scheme === 'tcp' || scheme === 'udp') return [{ host: '', hostname: '' }];
  const names = certificateNamesOf(a, before).concat(certificateNamesOf(b, after));
  const all = [...hostsFor([...hostnamesOf(before), ...hostnamesOf(after)]), ...names.flatMap(hostsOfCertificate)];
  return [...new Map(all.toReversed().map((it) => [it.host, it])).values()].toReversed();
}

/** More hosts than these are not crossed with each other. */
const mostCrossed = 40;

/** Requests that come over a connection which was made for another host, where the listeners are others than before or not all of them read requests. */
function addCrossings(found: Gathered, a: Side, b: Side, pair: PlacePair): void { // oxlint-disable-line max-params -- two sides and what is compared.
  const { before, after } = pair;
  if (before === undefined || after === undefined) return;
  const names = ({ listeners }: PlaceToAsk): string[] => [...new Set(listeners.map(({ hostname }) => hostname))].sort();
  const isMixed = [before, after].some(({ listeners }) => listeners.some(({ protocol }) => protocol !== 'https'));
  if (!isMixed && JSON.stringify(names(before)) === JSON.stringify(names(after))) return;
  const hosts = hostsFor(isMixed ? [...hostnamesOf(before), ...hostnamesOf(after)] : [...names(before), ...names(after)]).slice(0, mostCrossed);
  const made = { method: 'GET', target: '/', headers: new Map<string, string>() };
  const textOf = ({ before, after }: Ends): string => JSON.stringify([before.treatment, after.treatment]);
  for (const { host, hostname } of hosts) {
    const direct = textOf(endsOf({ made, host }, a, b, pair));
    for (const { host: serverName, hostname: named } of hosts) {
      const ends = endsOf({ made, host, serverName }, a, b, pair);
      // What becomes of the host on a connection of its own is told already.
      if (serverName !== host && textOf(ends) !== direct) add(found, ends, { pair, made, hostname, serverName: named });
    }
  }
}

/** Of the rules between which other requests differ too, those of other origins need not be told: the cross-origin rules are in the words of the change. */
function withoutEchoes(differences: readonly Difference[]): Difference[] {
  const routes = ({ before, after }: Difference): string => JSON.stringify([before.rehearsal?.route, after.rehearsal?.route]);
  const told = new Set(differences.filter(({ made }) => made.isCrossOrigin !== true).map(routes));
  return differences.filter((it) => it.made.isCrossOrigin !== true || !told.has(routes(it)));
}

interface Question {
  readonly made: MadeRequest;
  readonly host: string;
  readonly serverName?: string;
}

function endsOf(question: Question, a: Side, b: Side, { before, after, gateways, scheme }: PlacePair): Ends { // oxlint-disable-line max-params -- a question for two sides.
  const isMoved = before !== undefined && after !== undefined && portOf(before) !== portOf(after);
  return { before: endAt(question, { side: a, place: before, gateway: gateways.before, scheme, isMoved }), after: endAt(question, { side: b, place: after, gateway: gateways.after, scheme, isMoved }) };
}

function portOf(place: PlaceToAsk | undefined): number | undefined {
  return place?.listeners[0]?.port;
}

interface At {
  /** The port is another one after; its number in Host would make all requests differ. */
  readonly isMoved: boolean;
  readonly side: Side;
  readonly place: PlaceToAsk | undefined;
  readonly gateway: string | undefined;
  readonly scheme: Scheme;
}

function endAt({ made, host, serverName }: Question, { side, place, gateway, scheme, isMoved }: At): End {
  const port = portOf(place);
  if (place === undefined || port === undefined || gateway === undefined) return nobody;
  const asked = askedOf(isMoved ? { ...made, headers: new Map([...made.headers, ['host', host]]) } : made, { scheme, host: host === '' ? 'any.example.net' : host, port, gateway, ...(serverName === undefined ? {} : { serverName }) });
  if (asked === undefined) return nobody;
  const rehearsal = rehearseAt({ asked, place, detail: 'outcome' }, side.known, side.plane);
  return { asked, rehearsal, treatment: treatmentOf(rehearsal, side.known.ir, side.content) };
}

const nobody: End = { treatment: { kind: 'closed', cause: 'no-socket' } };
