import type { Action, AskedRequest, BackendKey, Candidate, Handshake, Ir, Listener, Outcome, Rehearsal, RequestLook, Respond, RouteKey, SocketKey } from '../../ir/index.ts';
import type { Cause } from '../errors.ts';
import { refusalAnswer, respondAnswer } from '../http1/answer.ts';
import { Observation } from '../observe/observation.ts';
import { compileAction } from '../route/action.ts';
import { decide, ownAnswer } from '../route/decide.ts';
import type { Resolution, SocketTable } from '../route/socket-table.ts';
import { newStats } from '../stats.ts';
import { clientFault } from './client-certificate.ts';
import { handshakeOn } from './handshake.ts';
import { labelledTables } from './labelled.ts';
import { mismatchOf } from './mismatch.ts';
import { headText, lookAfter, readHead } from './request-look.ts';
import { faultOf, localAction, nobody, stepsOf, targetOutcomes, toOutcome } from './targets.ts';

/** What would be done with a request that comes in on a socket. Every decision is made by the code that decides for traffic. */
export function rehearse(ir: Ir, socket: SocketKey, asked: AskedRequest, detail: 'all' | 'outcome' = 'all'): Rehearsal { // oxlint-disable-line max-params -- the last has a default.
  const secure = Object.values(ir.listeners).some((it) => it.socket === socket && it.protocol === 'https');
  const handshake = secure ? handshakeOn(ir, socket, asked.serverName) : undefined;
  const text = headText(asked);
  const read = readHead(text);
  const known = { socket, ...(handshake === undefined ? {} : { handshake }), candidates: [] };
  const broken = handshake === undefined ? undefined : handshake.certificate === undefined ? 'no-certificate' : clientFault(validationOf(ir, socket), asked.clientCertificate);
  if (broken !== undefined) return { ...known, ...lookOf(text, read), outcome: { kind: 'closed', cause: broken } };
  if (typeof read === 'string') return { ...known, outcome: toOutcome(refusalAnswer(read)) };
  const table = labelledTables(ir).requests.get(socket);
  if (table === undefined) throw new Error(`there is no socket ${socket}`);
  const request = lookAfter(text, []);
  return { ...known, request, ...follow(table, { ir, asked, text, handshake, detail }) };
}

/** One answer for the whole socket, as in traffic. */
function validationOf({ listeners }: Ir, socket: SocketKey): Listener['clientValidation'] {
  return Object.values(listeners).find((it) => it.socket === socket && it.clientValidation !== undefined)?.clientValidation;
}

function lookOf(text: string, read: unknown): { readonly request?: RequestLook } {
  return typeof read === 'string' ? {} : { request: lookAfter(text, []) };
}

interface Way {
  readonly ir: Ir;
  readonly asked: AskedRequest;
  readonly text: string;
  readonly handshake: Handshake | undefined;
  /** `outcome` leaves the candidates out, of which there are as many as routes. */
  readonly detail: 'all' | 'outcome';
}

/** Listener, candidates, and what is done. */
function follow(table: SocketTable, { ir, asked, text, handshake, detail }: Way): Pick<Rehearsal, 'listener' | 'asks' | 'candidates' | 'route' | 'outcome'> {
  const observation = new Observation({ stats: newStats(), observers: [], isCutOff: false });
  observation.begin(table.meter);
  const serverName = handshake === undefined ? '' : asked.serverName.toLowerCase();
  const decision = decide(table, serverName, headOf(text), observation);
  const resolution = table.resolve(headOf(text).host);
  if (resolution === undefined) return { candidates: [], outcome: toOutcome(refusalAnswer('no-listener')) };
  const { key } = resolution.listener;
  const listener = ir.listeners[key] as Listener;
  const found = { listener: key, candidates: detail === 'all' ? candidatesOf(listener, resolution, { ir, text }) : [], ...asksOf(listener, ir) };
  if (decision === 'misdirected') return { ...found, outcome: toOutcome(refusalAnswer('misdirected')) };
  const stopped = stoppedBy(listener, ir);
  if (stopped !== undefined) return { ...found, outcome: stopped };
  if (typeof decision === 'string') return { ...found, outcome: toOutcome(refusalAnswer(decision)) };
  if (!('status' in decision) || decision.cause === undefined) throw new Error('a label is an answer with a cause');
  const route: RouteKey = decision.cause;
  return { ...found, route, outcome: outcomeOf((ir.routes[route] as Ir['routes'][string]).action, resolution, { ir, text }) };
}

function headOf(text: string): Exclude<ReturnType<typeof readHead>, Cause> {
  return readHead(text) as Exclude<ReturnType<typeof readHead>, Cause>;
}

interface Asked {
  readonly ir: Ir;
  readonly text: string;
}

function candidatesOf({ hosts }: Listener, resolution: Resolution, { ir, text }: Asked): Candidate[] {
  const covering = new Set(resolution.hosts.map((it) => resolution.listener.hosts.all.indexOf(it)));
  const request = headOf(text);
  return hosts.flatMap(({ hostname, routes }, index) => routes.map((route): Candidate => {
    if (!covering.has(index)) return { hostname, route, mismatch: { part: 'hostname', wanted: hostname, seen: resolution.host } };
    const mismatch = mismatchOf((ir.routes[route] as Ir['routes'][string]).match, request);
    return { hostname, route, ...(mismatch === undefined ? {} : { mismatch }) };
  }));
}

function asksOf({ filters = [] }: Listener, ir: Ir): { readonly asks?: readonly BackendKey[] } {
  const asks = filters.flatMap((it) => (it.kind === 'auth' && ir.backends[it.backend] !== undefined ? [it.backend] : []));
  return asks.length === 0 ? {} : { asks };
}

/** The first of a listener's filters that lets nobody through. */
function stoppedBy({ filters = [] }: Listener, ir: Ir): Outcome | undefined {
  const first = filters.find((it) => it.kind === 'respond' || faultOf(it.backend, ir) !== undefined);
  if (first === undefined) return undefined;
  return toOutcome(first.kind === 'respond' ? respondAnswer(first) : refusalAnswer('auth-unavailable'));
}

/** What an action comes to; `forward` where targets have the word. */
function outcomeOf(action: Action, resolution: Resolution, { ir, text }: Asked): Outcome {
  const compiled = compileAction(action.kind === 'forward' ? localAction(action) : withoutCalls(action), nobody, 0);
  const own = ownAnswer(compiled, resolution, headOf(text));
  const steps = action.kind === 'redirect' ? stepsOf(action.filters, { text, before: [], of: 'rule' }) : [];
  const unasked = action.kind === 'redirect' && action.filters.some((it) => it.kind === 'auth' && faultOf(it.backend, ir) !== undefined);
  if (unasked && own?.status !== 204) return { ...toOutcome(refusalAnswer('auth-unavailable')), steps };
  if (own !== undefined) return { ...toOutcome(own), ...(steps.length === 0 ? {} : { steps }) };
  return { kind: 'forward', targets: targetOutcomes(action as Extract<Action, { kind: 'forward' }>, text, ir) };
}

function withoutCalls(action: Exclude<Action, { kind: 'forward' }>): Exclude<Action, { kind: 'forward' }> | Respond {
  return action.kind === 'redirect' ? { ...action, filters: action.filters.filter(({ kind }) => kind !== 'auth' && kind !== 'mirror') } : action;
}
