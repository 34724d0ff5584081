import type { PathMatch } from '../../ir/index.ts';
import { type Asked, readAsked } from '../../explain/index.ts';
import { meetingBoth, methodsFor } from './conditions.ts';
import { EntryIndex } from './entry-index.ts';
import { isCertain, pathsFor } from './paths.ts';
import type { Entry, HostView } from './side.ts';

export type Scheme = 'http' | 'https' | 'tcp' | 'tls' | 'udp';

/** A request that was made up, in the words of the command line. */
export interface MadeRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Another one without what browsers add for other origins is asked too. */
  readonly isCrossOrigin?: true;
}

/**
 * Requests for one host that between them meet every pair of a match before and a match after: whichever two matches take a request of a client, one
 * of these is taken by the same two, as far as conditions are exact. The request that asks for no more than two matches do is taken by
 * no match that comes earlier, unless the client's is too.
 */
export function* requestsFor(before: HostView, after: HostView): Generator<MadeRequest> {
  const isFramed = before.frame === after.frame;
  const paths = pathsFor([...before.entries, ...after.entries].map(({ match }): PathMatch => match.path));
  const [was, is] = [new EntryIndex(before.entries), new EntryIndex(after.entries)];
  const known = new Set<string>();
  for (const path of paths) {
    const held = { was: was.holding(path), is: is.holding(path), isFramed };
    // Paths with the same matches are alike, but for what becomes of the path itself.
    const kind = classOf(held);
    const isKnown = kind !== undefined && known.has(kind);
    if (kind !== undefined) known.add(kind);
    const seen = new Set<string>();
    for (const made of madeAt(path, held, isKnown)) {
      const key = JSON.stringify([made.method, made.target, [...made.headers].sort()]);
      if (!seen.has(key)) yield made;
      seen.add(key);
    }
  }
}

/** The matches that hold for a path, before and after. */
interface Held {
  readonly was: readonly Entry[];
  readonly is: readonly Entry[];
  /** The listeners treat requests alike, so that the same action does the same. */
  readonly isFramed: boolean;
}

/** Undefined where the matches that hold are not certain. */
function classOf({ was, is }: Held): string | undefined {
  const all = [...was, ...is];
  return all.every(({ match }) => isCertain(match.path)) ? JSON.stringify([was.map(({ key }) => key), is.map(({ key }) => key)]) : undefined;
}

function* madeAt(path: string, held: Held, isKnown: boolean): Generator<MadeRequest> {
  const entries = [...held.was, ...held.is];
  const methods = methodsFor(entries.map(({ match }) => match), entries.some(({ origins }) => origins.length > 0) ? ['OPTIONS'] : []);
  for (const pair of pairsOf(held.was, held.is)) {
    if (held.isFramed && pair[0]?.action === pair[1]?.action) continue;
    if (!isKnown || pair.some(isOfPath)) yield* madeFor(path, pair, methods);
  }
}

function* madeFor(path: string, [a, b]: Pair, methods: readonly string[]): Generator<MadeRequest> {
  const origins = [a, b].flatMap((it) => it?.origins ?? []);
  for (const { method, headers, query } of meetingBoth(a?.match, b?.match)) {
    const target = `${path}${queryText(query)}`;
    const plain = (method === undefined ? methods : [method]).map((it): MadeRequest => ({ method: it, target, headers }));
    yield* plain;
    if (origins.length > 0) yield* crossOrigin(plain, origins);
  }
}

/** What takes a request before, and after. */
type Pair = readonly [Entry | undefined, Entry | undefined];

/** Whether what is done depends on the path. */
function isOfPath(entry: Entry | undefined): boolean {
  return entry !== undefined && (entry.action.includes('"kind":"rewrite"') || entry.action.includes('"kind":"redirect"'));
}

/** What browsers send for other origins: of those that are named, and of one that nobody names. */
function* crossOrigin(plain: readonly MadeRequest[], named: readonly string[]): Generator<MadeRequest> {
  const origins = new Set([...named.map((it) => (it === '*' ? 'http://any.example.net' : it.replace('*', 'any'))), 'http://nobody.example.net']);
  for (const { method, target, headers } of plain) {
    for (const origin of origins) {
      const own = new Map([['origin', origin], ...headers]);
      yield { method, target, headers: own, isCrossOrigin: true };
      if (method === 'OPTIONS') yield { method, target, headers: new Map([['access-control-request-method', 'GET'], ...own]), isCrossOrigin: true };
    }
  }
}

/** Every two matches that one request could be taken by, before and after. */
function* pairsOf(was: readonly Entry[], is: readonly Entry[]): Generator<Pair> {
  const place = (entries: readonly Entry[]): ReadonlyMap<string, number> => new Map(entries.map(({ text }, index) => [text, index]));
  const [placeBefore, placeAfter] = [place(was), place(is)];
  const [before, after] = [[...was, undefined], [...is, undefined]];
  for (const [i, a] of before.entries()) {
    // A request that meets a match is taken by that match or by an earlier one, on the other side too.
    const lastAfter = a === undefined ? Infinity : placeAfter.get(a.text) ?? Infinity;
    for (const [j, b] of after.entries()) {
      const lastBefore = b === undefined ? Infinity : placeBefore.get(b.text) ?? Infinity;
      if (j <= lastAfter && i <= lastBefore) yield [a, b];
    }
  }
}

function queryText(query: ReadonlyMap<string, string>): string {
  if (query.size === 0) return '';
  return `?${[...query].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}

/** Where a made-up request goes. */
export interface Destination {
  readonly scheme: Scheme;
  readonly host: string;
  readonly port: number;
  readonly gateway: string;
  /** What TLS names, where it is not the host. */
  readonly serverName?: string;
}

/** The question that a made-up request is; undefined where no client can ask it. */
export function askedOf({ method, target, headers }: MadeRequest, { scheme, host, port, gateway, serverName }: Destination): Asked | undefined {
  const asked = readAsked({
    method, url: `${scheme}://${host}:${port}${target}`, headers: [...headers].map(([name, value]) => ({ name, value })), gateway,
    ...(serverName === undefined ? {} : { serverName }),
  });
  return typeof asked === 'string' ? undefined : asked;
}
