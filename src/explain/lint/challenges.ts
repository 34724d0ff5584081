import { covers } from '../../attach/index.ts';
import { describeRef, type Finding } from '../../contract/index.ts';
import type { Listener, Route, RouteKey } from '../../ir/index.ts';
import { readAsked } from '../asked.ts';
import { casesOf } from '../cases-of.ts';
import type { DataPlane, Known } from '../known.ts';
import { gatewayOf, ruleName } from '../names.ts';
import { challengeFolder, isChallengePath } from './challenge-path.ts';
import { findingAt } from './written-at.ts';

/** Of a host that a route would have to answer for. */
interface Challenge {
  readonly listener: Listener;
  readonly hostname: string;
  readonly key: RouteKey;
}

/**
 * Routes that take the challenges of an ACME server away from the route that answers them: a more specific hostname goes before a more specific
 * path (spec: HTTPRouteRule.matches), so a route for all hosts loses them to any route that names the host.
 */
export function takenChallenges(known: Known, plane: DataPlane): Finding[] {
  const told = new Map<string, Finding>();
  for (const listener of Object.values(known.ir.listeners).filter(({ protocol }) => protocol === 'http')) {
    const answering = listener.hosts.flatMap(({ hostname, routes }) => routes.filter((key) => isChallengePath(known.ir.routes[key]!.match.path)).map((key) => ({ listener, hostname, key })));
    for (const it of answering) {
      for (const { hostname } of listener.hosts) {
        if (hostname !== it.hostname && covers(it.hostname, hostname)) noteTaken({ ...it, hostname }, { known, plane }, told);
      }
    }
  }
  return [...told.values()];
}

function noteTaken(challenge: Challenge, { known, plane }: { readonly known: Known; readonly plane: DataPlane }, told: Map<string, Finding>): void {
  const { key, hostname } = challenge;
  const taker = takerOf(challenge, known, plane);
  const [route, wanted] = [taker === undefined ? undefined : known.ir.routes[taker], known.ir.routes[key] as Route];
  if (taker === undefined || route === undefined || taker === key || isChallengePath(route.match.path) || told.has(taker)) return;
  told.set(taker, findingAt(known, 'acme-challenge', { ref: route.origin, path: ['spec', 'rules', route.origin.rule ?? 0, 'matches', route.origin.match ?? 0] }, {
    message: `${ruleName(route.origin)} takes the requests of ${challengeFolder}/ for ${hostname} away from ${ruleName(wanted.origin)}, since a more specific hostname goes before a longer path.`,
    hint: `Name ${hostname} in spec.hostnames of ${describeRef(wanted.origin)} too.`,
  }));
}

/** What takes the request that an ACME server would send. */
function takerOf({ listener, hostname, key }: Challenge, known: Known, plane: DataPlane): RouteKey | undefined {
  const { path } = known.ir.routes[key]!.match;
  const { namespace, name } = gatewayOf(listener.origin);
  const target = path.kind === 'exact' ? path.value : `${path.value.replace(/\/$/, '')}/token`;
  const asked = readAsked({ method: 'GET', url: `http://${hostname.replace('*', 'www')}:${listener.port}${target}`, headers: [], gateway: `${namespace}/${name}` });
  return typeof asked === 'string' ? undefined : casesOf(asked, known, plane, 'outcome')[0]?.rehearsal.route;
}
