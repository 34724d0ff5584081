import { covers } from '../attach/index.ts';
import { describeRef, type Origin } from '../contract/index.ts';
import type { Mismatch, Outcome } from '../ir/index.ts';
import { type Case, originOf } from './case.ts';
import type { Asked } from './asked.ts';
import { ruleDiagnosis, targetDiagnosis } from './backend-diagnosis.ts';
import { type DataPlane, type WithFinding, diagnosisOf, findingsAbout, type Known, nothingToMend, placeOf, unread } from './known.ts';
import { hostnameChanges, pathChanges } from './mend/request-candidates.ts';
import { listenerName, matchText, mismatchText, ruleName } from './names.ts';
import type { PlaceToAsk } from './places.ts';
import { nearest } from './rule-lines.ts';
import { suspectsFor } from './suspects.ts';
import { tlsDiagnosis } from './tls-diagnosis.ts';


/** The cause of an outcome and what would mend it, in a sentence each. */
export function diagnose(it: Case, known: Known, plane: DataPlane): WithFinding {
  const { rehearsal: { outcome, route } } = it;
  const rule = route === undefined ? undefined : (known.ir.routes[route] ?? known.ir.streamRoutes?.[route])?.origin;
  if (outcome.kind === 'forward') return forwardDiagnosis(it, outcome, rule, known);
  return tlsDiagnosis(it, known) ?? (rule === undefined ? placeDiagnosis(it, known, plane) : actionDiagnosis(it, rule, known));
}

function forwardDiagnosis(it: Case, { targets }: Extract<Outcome, { kind: 'forward' }>, rule: Origin | undefined, known: Known): WithFinding {
  const tls = tlsDiagnosis(it, known);
  if (tls !== undefined) return tls;
  const first = targets.find(({ weight, answer }) => weight > 0 && answer !== undefined && answer.cause !== undefined);
  if (first !== undefined && rule !== undefined) return targetDiagnosis(first, rule, known);
  return { cause: `${rule === undefined ? 'a route' : ruleName(rule)} takes it${matchOf(it, known)}.`, mend: nothingToMend };
}

function matchOf({ rehearsal: { route = '' } }: Case, { ir }: Known): string {
  const match = ir.routes[route]?.match;
  return match === undefined ? '' : `: ${matchText(match)}`;
}

function actionDiagnosis(it: Case, rule: Origin, known: Known): WithFinding {
  const { outcome } = it.rehearsal;
  if (outcome.kind === 'closed') return ruleDiagnosis(rule, outcome.cause, known);
  if (outcome.kind === 'answer' && outcome.cause !== undefined) return ruleDiagnosis(rule, outcome.cause, known);
  return { cause: `${ruleName(rule)} answers it${matchOf(it, known)}.`, mend: nothingToMend };
}

/** What is wrong before any rule takes the request. */
function placeDiagnosis(it: Case, known: Known, plane: DataPlane): WithFinding {
  const { outcome } = it.rehearsal;
  const code = outcome.kind === 'forward' ? '' : outcome.cause ?? '';
  switch (code) {
    case 'misdirected': return misdirected(it, known);
    case 'no-route': case 'no-listener': return it.asked.kind === 'request' ? unrouted({ ...it, asked: it.asked }, known, plane) : noStream(it, known);
    case 'listener-filter-not-resolved': case 'auth-unavailable': return listenerFilter(it, known);
    default: break;
  }
  if (it.asked.kind === 'connection') return noStream(it, known);
  return { cause: `the request is refused before any route is asked: ${outcome.kind === 'answer' ? outcome.text : code}`, mend: 'Change the request; docs/errors.md says what it must be like.' };
}

/** No listener, or no route of the listener, has the request. */
function unrouted(it: Case & { readonly asked: Extract<Asked, { kind: 'request' }> }, known: Known, plane: DataPlane): WithFinding {
  const { asked: { request }, rehearsal, place } = it;
  const host = hostOf(request.host);
  const [first] = suspectsFor({ asked: request, rehearsal, listener: rehearsal.listener, host }, known, plane);
  if (first !== undefined) return first.diagnosis;
  // A route that can't be read has no hostname and no match, so nothing tells whether it was meant.
  const absent = unread(known, ['HTTPRoute', 'GRPCRoute']);
  if (absent !== undefined && !isNear(it, known)) return diagnosisOf(absent);
  return rehearsal.listener === undefined ? noListener(host, place, known) : noRoute(it, host, known);
}

/** What a listener asks of others before routes are matched is not there. */
function listenerFilter({ rehearsal }: Case, known: Known): WithFinding {
  const listener = originOf(rehearsal.listener, known);
  const finding = listener === undefined ? undefined : findingsAbout(known, listener).find(({ code }) => code === 'refs-not-resolved');
  if (finding !== undefined) return diagnosisOf(finding);
  return { cause: `an authorizer that ${listener === undefined ? 'the listener' : listenerName(listener)} asks has no ready endpoint.`, mend: 'Bring the authorizer up; without it no request passes.' };
}

/** A match fails at something beyond the path, so that one was meant. */
function isNear({ rehearsal }: Case, known: Known): boolean {
  const near = nearest(rehearsal, known);
  return near !== undefined && near.mismatch.part !== 'path';
}

function noStream({ asked, place, rehearsal }: Case, known: Known): WithFinding {
  const listener = originOf(rehearsal.listener, known);
  const name = asked.kind === 'connection' ? asked.serverName : '';
  if (rehearsal.outcome.kind === 'closed' && rehearsal.outcome.cause === 'carries-requests') return { cause: `the server name ${name} belongs to an HTTPS listener: requests are read there.`, mend: `Ask https://${name}.` };
  if (listener === undefined) return { cause: `no listener of ${describeRef(place.gateway)} on this port has the server name ${name === '' ? '(none)' : name}.`, mend: 'Add a listener with this hostname.', ...placeOf(known, place.gateway, ['spec', 'listeners']) };
  const finding = (known.meaning?.findings ?? []).find(({ object, path }) => /^(?:TCP|UDP|TLS)Route$/.test(object?.kind ?? '') && path?.[1] === 'parentRefs');
  if (finding !== undefined) return diagnosisOf(finding);
  return { cause: `no route is attached to ${listenerName(listener)}${name === '' ? '' : ` for ${name}`}.`, mend: 'Attach a route to it.', ...placeOf(known, place.gateway, ['spec', 'listeners']) };
}

/** `www.example.com:8080` → `www.example.com`. */
function hostOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function noListener(host: string, { gateway, listeners }: PlaceToAsk, known: Known): WithFinding {
  const names = [...new Set(listeners.map(({ hostname }) => hostname))].join(', ');
  const refused = known.meaning?.graph.gateways.get(`${gateway.namespace}/${gateway.name}`)?.listeners.find((it) => !it.accepted.ok && covers(it.hostname, host));
  const finding = refused === undefined ? undefined : findingsAbout(known, refused.owner, ['spec', 'listeners', refused.index])[0];
  if (finding !== undefined) return diagnosisOf(finding);
  return { cause: `no listener of ${describeRef(gateway)} on this port has a hostname for ${host === '' ? '(no host)' : host}; there are ${names}.`, mend: 'Use a hostname that a listener has, or add or widen a listener.', ...placeOf(known, gateway, ['spec', 'listeners']) };
}

function noRoute({ rehearsal, place }: Case, host: string, known: Known): WithFinding {
  const listener = originOf(rehearsal.listener, known);
  const near = nearest(rehearsal, known);
  if (near === undefined) {
    const hostnames = [...new Set(rehearsal.candidates.map(({ hostname }) => hostname))];
    if (hostnames.length === 0) return { cause: `no route is attached to ${listener === undefined ? 'the listener' : listenerName(listener)}.`, mend: `Attach a route: name ${describeRef(place.gateway)} in its parentRefs.`, ...placeOf(known, place.gateway, ['spec', 'listeners']) };
    return { cause: `no route of ${listener === undefined ? 'the listener' : listenerName(listener)} has a hostname for ${host}; there are ${hostnames.slice(0, 5).join(', ')}.`, mend: `Add ${host} to spec.hostnames of the route that is meant.`, changes: hostnameChanges(rehearsal.candidates, host, known) };
  }
  const origin = known.ir.routes[near.route]?.origin as Origin;
  const path = ['spec', 'rules', origin.rule ?? 0, 'matches', origin.match ?? 0];
  return { cause: `no match fits. The nearest is ${ruleName(origin)}, but ${mismatchText(near.mismatch)}.`, mend: `Change the request, or the match: ${wishFor(near.mismatch)}`, changes: pathChanges(origin, near.mismatch, known), ...placeOf(known, origin, path) };
}

function wishFor({ part, wanted }: Mismatch): string {
  if (part !== 'path') return wish[part];
  if (wanted.startsWith('matches ')) return 'an expression has to match the whole path.';
  return /\*.*\/\*$/.test(wanted) ? '* stands for itself in a path.' : wish.path;
}

const wish = {
  hostname: 'its hostname.', path: 'a PathPrefix that covers the path.', method: 'without method it takes any.', header: 'without the header condition it takes any.',
  query: 'without the query condition it takes any.', expression: 'an expression that RE2 accepts.',
} as const;

function misdirected({ asked, rehearsal, place }: Case, known: Known): WithFinding {
  const name = asked.kind === 'request' ? asked.request.serverName : '';
  const host = asked.kind === 'request' ? asked.request.host : '';
  const origin = originOf(rehearsal.listener, known);
  return {
    cause: `the connection was made for ${name}, and ${host} belongs to ${origin === undefined ? 'another listener' : listenerName(origin)}: requests do not cross listeners.`,
    mend: 'Open a connection of its own for the host (clients do so by themselves), or use certificates that do not cover both hosts.', ...placeOf(known, place.gateway, ['spec', 'listeners']),
  };
}
