import { covers, type AnyRoute, type RouteNode } from '../attach/index.ts';
import { describeRef, refKey, type Origin } from '../contract/index.ts';
import type { AskedRequest, Ir, Listener, ListenerKey, Rehearsal, Route } from '../ir/index.ts';
import { routeMatches } from '../lower/index.ts';
import type { Modeled } from '../model/index.ts';
import { type DataPlane, type WithFinding, diagnosisOf, findingsAbout, isSame, type Known, placeOf } from './known.ts';
import { refusalAt } from './mend/candidates.ts';
import { attachmentChanges } from './mend/request-candidates.ts';
import { ruleName } from './names.ts';
import { fateWords } from './route-parts.ts';

/** A route that would take the request if it were where the request arrives. */
export interface Suspect {
  readonly rule: string;
  readonly diagnosis: WithFinding;
}

interface Arrival {
  readonly asked: AskedRequest;
  /** Absent where no listener covers the host. */
  readonly listener: ListenerKey | undefined;
  readonly rehearsal: Rehearsal;
  readonly host: string;
}

type RequestRoute = Modeled<AnyRoute> & { readonly kind: 'HTTPRoute' | 'GRPCRoute' };

/** Routes that are not attached to the listener of a request, whose hostnames and one match it meets; the most specific hostname first. */
export function suspectsFor(arrival: Arrival, known: Known, plane: DataPlane): Suspect[] {
  const { meaning } = known;
  if (meaning === undefined) return [];
  const { HTTPRoute, GRPCRoute } = meaning.model.objects;
  const routes: RequestRoute[] = [...[...HTTPRoute.values()].map((it) => ({ ...it, kind: 'HTTPRoute' as const })), ...[...GRPCRoute.values()].map((it) => ({ ...it, kind: 'GRPCRoute' as const }))];
  const there = new Set(arrival.rehearsal.candidates.filter(({ mismatch }) => mismatch?.part !== 'hostname').map(({ route }) => keyOfRoute(known.ir.routes[route]?.origin)));
  const absent = routes.filter((it) => !there.has(refKey(it.ref)) && hostnamesOf(it).some((hostname) => covers(hostname, arrival.host)));
  return absent.flatMap((route) => {
    const origin = firstMatch(route, arrival, known, plane);
    return origin === undefined ? [] : [{ rule: ruleName(origin), diagnosis: whyAbsent(route, arrival, known) }];
  });
}

function keyOfRoute(origin: Origin | undefined): string {
  return origin === undefined ? '' : refKey(origin);
}

function hostnamesOf({ object: { spec } }: Modeled<AnyRoute>): readonly string[] {
  const names = 'hostnames' in spec ? spec.hostnames ?? [] : [];
  return names.length === 0 ? [''] : names.map((it) => it.toLowerCase());
}

/** Asks the data plane what it would do if the route stood alone on the listener. */
function firstMatch(route: RequestRoute, { asked, rehearsal, listener }: Arrival, { ir }: Known, plane: DataPlane): Origin | undefined { // oxlint-disable-line max-params -- a question and whom to ask.
  const lone = lowered(route);
  const key = 'listener/alone';
  const base: Pick<Listener, 'protocol' | 'port' | 'origin'> = (listener === undefined ? undefined : ir.listeners[listener]) ?? { protocol: 'http', port: 80, origin: route.ref };
  const stage: Ir = {
    ...ir, certificates: {}, routes: lone,
    listeners: { [key]: { socket: rehearsal.socket, protocol: 'http', port: base.port, hostname: '', origin: base.origin, hosts: [{ hostname: '', routes: Object.keys(lone) }] } },
  };
  const { route: found, candidates } = plane.rehearse(stage, rehearsal.socket, { ...asked, serverName: '' });
  // What a broken expression was meant to match nobody can tell, so it might be this.
  const met = found ?? candidates.find(({ mismatch }) => mismatch?.part === 'expression')?.route;
  return met === undefined ? undefined : lone[met]?.origin;
}

function lowered(route: RequestRoute): Readonly<Record<string, Route>> {
  return Object.fromEntries(routeMatches({ kind: route.kind, route }).map(({ rule, index, match }) => [
    `${refKey(route.ref)}/${rule}/${index}`, { match, action: { kind: 'respond' as const, status: 0, because: 'alone' }, origin: { ...route.ref, rule, match: index } },
  ]));
}

/** Why the route is not where the request arrives. */
function whyAbsent(route: Modeled<AnyRoute>, { rehearsal, listener }: Arrival, known: Known): WithFinding {
  const about = findingsAbout(known, route.ref, ['spec', 'parentRefs']);
  const first = about.find(({ severity }) => severity === 'error') ?? about[0];
  if (first !== undefined) return diagnosisOf(first);
  const name = describeRef(route.ref);
  const where = placeOf(known, route.ref, ['spec', 'parentRefs']);
  const node = known.meaning?.graph.routes.find((it) => isSame(it.ref, route.ref));
  const listeners = node === undefined ? [] : attachedTo(node);
  const origin = listener === undefined ? undefined : known.ir.listeners[listener]?.origin;
  const refused = refusedBy(node, origin, known);
  if (refused !== undefined) return refused;
  const changes = origin?.section === undefined ? [] : attachmentChanges(route, origin, origin.section);
  if (listeners.length > 0) {
    const here = origin?.section ?? `socket ${rehearsal.socket}`;
    return { cause: `${name} would take it, but is attached to ${listeners.join(', ')} and not to ${here}.`, mend: `Ask there, or add ${here} to the parentRefs of ${name}.`, changes, ...where };
  }
  return { cause: `${name} would take it, but names no Gateway that is served here.`, mend: `Name the Gateway in spec.parentRefs of ${name}.`, changes, ...where };
}

/** The route names the listener, which does not take it, and is on others of the same parent. */
function refusedBy(node: RouteNode | undefined, origin: Origin | undefined, known: Known): WithFinding | undefined {
  if (node === undefined || origin?.section === undefined) return undefined;
  const { meaning } = known;
  const { route, ref } = node;
  const { section, ...owner } = origin;
  const listener = [...meaning?.graph.gateways.values() ?? []].flatMap(({ listeners }) => listeners).find((it) => it.name === section && isSame(it.owner, owner));
  const refusal = meaning === undefined || listener === undefined ? undefined : refusalAt(listener, route, meaning);
  if (refusal === undefined || listener === undefined) return undefined;
  const { fate, index, changes } = refusal;
  return {
    cause: `${describeRef(ref)} would take it, but listener ${section} of ${describeRef(owner)} ${fateWords[fate](listener)}.`, mend: `Widen what listener ${section} takes, or move the route.`, changes,
    ...placeOf(known, ref, ['spec', 'parentRefs', index]),
  };
}

function attachedTo({ parents }: RouteNode): string[] {
  return [...new Set(parents.flatMap(({ gateway, attachments }) => attachments.map(({ listener }) => `listener ${listener.name} (port ${listener.port}) of Gateway ${gateway}`)))];
}
