import type { PathMatch } from '../../ir/index.ts';
import { type Asked, readAsked } from '../../explain/index.ts';
import { type Conditions, meetingBoth, methodsFor } from './conditions.ts';
import { mayHold, pathsFor } from './paths.ts';
import type { Entry, HostView } from './side.ts';

export type Scheme = 'http' | 'https' | 'tcp' | 'tls' | 'udp';

/** A request that was made up, in the words of the command line. */
export interface MadeRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Requests for one host that between them meet every pair of a match before and a match after: whichever two matches take a request of a client, one
 * of these is taken by the same two, as far as conditions are exact. The request that asks for no more than two matches do is taken by
 * no match that comes earlier, unless the client's is too.
 */
export function* requestsFor(before: HostView, after: HostView): Generator<MadeRequest> {
  const paths = pathsFor([...before.entries, ...after.entries].map(({ match }): PathMatch => match.path));
  for (const path of paths) {
    const [was, is] = [holding(before.entries, path), holding(after.entries, path)];
    const methods = methodsFor([...was, ...is].map(({ match }) => match));
    const seen = new Set<string>();
    for (const conditions of conditionsFor(was, is, before.listeners <= 1 && after.listeners <= 1)) {
      for (const method of conditions.method === undefined ? methods : [conditions.method]) {
        const made = { method, target: `${path}${queryText(conditions.query)}`, headers: conditions.headers };
        const key = JSON.stringify([method, made.target, [...made.headers].sort()]);
        if (!seen.has(key)) yield made;
        seen.add(key);
      }
    }
  }
}

function holding(entries: readonly Entry[], path: string): Entry[] {
  const seen = new Set<string>();
  return entries.filter(({ match }) => {
    if (!mayHold(match.path, path)) return false;
    // The second of two equal matches never takes a request.
    const text = JSON.stringify(match);
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

/** For every two matches that one request could be taken by, before and after, what it must have. */
function* conditionsFor(was: readonly Entry[], is: readonly Entry[], isOrdered: boolean): Generator<Conditions> {
  const place = (entries: readonly Entry[]): ReadonlyMap<string, number> => new Map(entries.map(({ match }, index) => [JSON.stringify(match), index]));
  const [placeBefore, placeAfter] = [place(was), place(is)];
  const [before, after] = [[...was, undefined], [...is, undefined]];
  for (const [i, a] of before.entries()) {
    // A request that meets a match is taken by that match or by an earlier one, on the other side too.
    const lastAfter = a === undefined ? Infinity : placeAfter.get(JSON.stringify(a.match)) ?? Infinity;
    for (const [j, b] of after.entries()) {
      const lastBefore = b === undefined ? Infinity : placeBefore.get(JSON.stringify(b.match)) ?? Infinity;
      if (isOrdered && (j > lastAfter || i > lastBefore)) continue;
      yield* meetingBoth(a?.match, b?.match);
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
