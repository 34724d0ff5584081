import { type Asked, decisionBetween, isSame, matchText, rehearseAt, ruleName } from '../../explain/index.ts';
import type { Candidate, Match, Route, ValueMatch } from '../../ir/index.ts';
import { comparePrecedence } from '../../lower/index.ts';
import { type WrittenRule, writtenRule } from '../written-at.ts';
import type { Change } from './change.ts';
import type { Difference, End } from './differences.ts';
import type { PlacePair } from './pairs.ts';
import type { Side } from './side.ts';
import type { Treatment } from './treatment.ts';
import { changeWords } from './words.ts';

interface Group {
  readonly words: { readonly before: string; readonly after: string };
  readonly ports: Set<string>;
  /** Hosts by what a match asks for. */
  readonly hosts: Map<string, Set<string>>;
  readonly first: Difference;
}

/** Differences that are the same change, one line each, in the order in which they were found. */
export function changesOf(differences: readonly Difference[], a: Side, b: Side): Change[] {
  const groups = new Map<string, Group>();
  for (const it of differences) {
    const words = changeWords(it.before, it.after, [a.known, b.known]);
    const { gateways } = it.pair;
    const key = JSON.stringify([gateways.before, gateways.after, words.before, words.after, it.serverName !== undefined]);
    const group: Group = groups.get(key) ?? { words, ports: new Set(), hosts: new Map(), first: it };
    groups.set(key, group);
    group.ports.add(portText(it.pair));
    const { hostname, match } = regionOf(it, a, b);
    group.hosts.set(match, (group.hosts.get(match) ?? new Set()).add(hostname));
  }
  return [...groups.values()].map((it) => changeOf(it, a, b));
}

/** `http port 80`. */
export function portText({ scheme, before, after }: PlacePair): string {
  const [was, is] = [before?.listeners[0]?.port, after?.listeners[0]?.port];
  return `${scheme} port ${was === undefined || is === undefined || was === is ? was ?? is : `${was} → ${is}`}`;
}

/** What is told of the requests that a difference stands for: what the matches ask for that take it before and after, both together. */
function regionOf({ before, after, hostname, serverName, pair }: Difference, a: Side, b: Side): { readonly hostname: string; readonly match: string } {
  const isHttp = pair.scheme === 'http' || pair.scheme === 'https';
  const shown = hostname !== '' ? hostname : isHttp || pair.scheme === 'tls' ? 'every other host' : 'every connection';
  if (serverName !== undefined) return { hostname: shown, match: `on a connection for ${serverName}` };
  const [first, second = first] = [routeOf(before, a), routeOf(after, b)].flatMap((it) => it?.match ?? []);
  if (first !== undefined && second !== undefined) return { hostname: shown, match: matchText(together(first, second)) };
  return { hostname: shown, match: isHttp ? 'any path' : '' };
}

/** What two matches ask for that take the same request. */
function together(a: Match, b: Match): Match {
  const order = comparePrecedence({ match: a, age: 0, rule: 0, index: 0 }, { match: b, age: 0, rule: 0, index: 1 });
  const both = (own: readonly ValueMatch[] = [], others: readonly ValueMatch[] = []): readonly ValueMatch[] => [...own, ...others.filter((it) => !own.some(({ name, value }) => name === it.name && value === it.value))];
  const method = a.method ?? b.method;
  return { path: order < 0 ? a.path : b.path, ...(method === undefined ? {} : { method }), headers: both(a.headers, b.headers), query: both(a.query, b.query) };
}

function routeOf({ rehearsal }: End, { known }: Side): Route | undefined {
  return rehearsal?.route === undefined ? undefined : known.ir.routes[rehearsal.route];
}

function changeOf({ words, ports, hosts, first }: Group, a: Side, b: Side): Change {
  const { pair: { gateways, scheme }, before, after } = first;
  const asked = after.asked ?? before.asked;
  const example = asked === undefined ? {} : { example: commandText(asked, after.asked === undefined ? a : b) };
  const [from, to] = [writtenOf(before, a), writtenOf(after, b)];
  return {
    kind: scheme === 'http' || scheme === 'https' ? 'request' : 'connection', effect: effectOf(before.treatment, after.treatment),
    gateway: gateways.after ?? gateways.before ?? '', ports: [...ports], ...words,
    what: [...hosts].map(([match, names]) => [hostsText([...names]), match].filter((it) => it !== '').join(': ')),
    ...example, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }),
    notes: shadowNotes(first, a, b),
  };
}

const mostHosts = 3;

function hostsText(hosts: readonly string[]): string {
  return hosts.length <= mostHosts ? hosts.join(', ') : `${hosts.slice(0, mostHosts).join(', ')} and ${hosts.length - mostHosts} more hosts`;
}

function writtenOf({ rehearsal }: End, { known }: Side): WrittenRule | undefined {
  const { route = '' } = rehearsal ?? {};
  const origin = (known.ir.routes[route] ?? known.ir.streamRoutes?.[route])?.origin;
  return origin === undefined ? undefined : writtenRule(origin, known);
}

function effectOf(before: Treatment, after: Treatment): Change['effect'] {
  if (!isServed(before) && isServed(after)) return 'new';
  return isServed(before) && !isServed(after) ? 'gone' : 'other';
}

/** Somebody gets what the manifests ask for. */
function isServed(treatment: Treatment): boolean {
  return treatment.kind === 'forward' ? treatment.shares.some(({ answer }) => answer === undefined) : treatment.kind === 'answer' && treatment.cause === undefined;
}

const wellKnown: Readonly<Record<string, number>> = { http: 80, https: 443, tls: 443 };

/** A request as `postern explain` takes it; with its Gateway where several listen on the port. */
function commandText(asked: Asked, { places }: Side): string {
  const isShared = [...places.values()].filter((all) => all.some(({ listeners }) => listeners[0]?.port === asked.port)).length > 1;
  const gateway = isShared && asked.gateway !== undefined ? [`--gateway ${asked.gateway}`] : [];
  if (asked.kind === 'connection') return [`${asked.scheme}://${asked.serverName === '' ? asked.host : asked.serverName}:${asked.port}`, ...gateway].join(' ');
  const { request: { method, target, headers, host, serverName }, scheme } = asked;
  const authority = asked.port === wellKnown[scheme] ? asked.host : `${asked.host}:${asked.port}`;
  return [
    `${method} ${scheme}://${authority}${target}`, ...(serverName === '' || serverName === asked.host ? [] : [`--server-name ${serverName}`]), ...gateway,
    ...(host === authority ? [] : [`-H 'Host: ${host}'`]), ...headers.map((it) => `-H '${it.name}: ${it.value}'`),
  ].join(' ');
}

/** The rule of before that is still there, and comes after another one now. */
function shadowNotes({ before, after, pair }: Difference, a: Side, b: Side): string[] {
  const was = routeOf(before, a);
  if (was === undefined || after.rehearsal?.route === undefined || after.asked?.kind !== 'request' || pair.after === undefined) return [];
  const { candidates } = rehearseAt({ asked: after.asked, place: pair.after, detail: 'all' }, b.known, b.plane);
  const met = candidates.filter(({ mismatch }) => mismatch === undefined);
  const isWas = ({ route }: Candidate): boolean => {
    const it = b.known.ir.routes[route];
    return it !== undefined && isSame(it.origin, was.origin) && JSON.stringify(it.match) === JSON.stringify(was.match);
  };
  const place = met.findIndex(isWas);
  return place <= 0 ? [] : [shadowText(met[0]!, met[place]!, b)];
}

function shadowText(first: Candidate, shadowed: Candidate, { known }: Side): string {
  const [one, other] = [known.ir.routes[first.route] as Route, known.ir.routes[shadowed.route] as Route];
  return `${ruleName(one.origin)} shadows ${ruleName(other.origin)} here: ${decisionBetween(known, first, shadowed).words}`;
}
