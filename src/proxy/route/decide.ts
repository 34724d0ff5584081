import { type Cors, corsEdit, isPreflight, preflightLines } from '../filter/cors/cors.ts';
import type { Gate } from '../filter/external-auth/gate.ts';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import { type Answer, redirectAnswer, respondAnswer } from '../http1/answer.ts';
import type { Respond } from '../../ir/index.ts';
import type { Cause } from '../errors.ts';
import type { Observation } from '../observe/observation.ts';
import type { BackendTarget, CompiledAction, ForwardAction } from './action.ts';
import type { RequestView } from './request-view.ts';
import { findAction, type Resolution, type SocketTable } from './socket-table.ts';

/** Where a request goes. */
export interface Destination {
  readonly action: ForwardAction;
  readonly target: BackendTarget;
}

/** What must be asked before a request goes on, and what is done with it then. */
export type Gated = GatedPart & {
  readonly gate: Gate;
  /** Limit of the request, milliseconds; 0: none. */
  readonly timeoutMs: number;
  /** Header lines of an answer that tells what went wrong, each with CRLF. */
  readonly refusalLines: string;
};

type GatedPart =
  | { readonly kind: 'listener'; readonly resolution: Resolution }
  | { readonly kind: 'destination'; readonly destination: Destination; readonly listenerEdit?: HeaderEdit }
  | { readonly kind: 'answer'; readonly answer: Answer };

export type Decision = Destination | Answer | Cause | Gated;

/**
 * What is done with a request: where it goes, the answer that it gets without a backend, who is asked first, or why it is refused. `serverName` is that of the
 * TLS handshake, `''` without: a request for a host of another listener is misdirected (RFC 9110 section 15.5.20).
 */
export function decide(table: SocketTable, serverName: string, request: RequestView, observation: Observation): Decision { // oxlint-disable-line max-params -- the facts of one request.
  const resolution = table.resolve(request.host);
  if (resolution === undefined) return 'no-listener';
  observation.enter(resolution.listener.meter);
  resolution.listener.tracer?.begin(request, observation);
  if (serverName !== '' && resolution.host !== serverName && table.listenerOf(serverName) !== resolution.listener) return 'misdirected';
  const { gate } = resolution.listener;
  return gate === undefined ? match(resolution, request, observation) : { kind: 'listener', gate, resolution, timeoutMs: 0, refusalLines: '' };
}

/** What the routes of a listener do with a request. */
export function match(resolution: Resolution, request: RequestView, observation: Observation): Decision {
  const action = findAction(resolution, request);
  if (action === undefined) return 'no-route';
  observation.rule = action.rule;
  observation.pattern = action.pattern;
  const chosen = choose(action, resolution, request);
  if ('pool' in chosen) {
    const destination = { action: action as ForwardAction, target: chosen };
    return chosen.gate === undefined ? destination : gatedDestination(destination, chosen.gate, request);
  }
  if (action.kind !== 'redirect' || action.gate === undefined || chosen.status === 204) return chosen;
  return { kind: 'answer', gate: action.gate, answer: chosen, timeoutMs: 0, refusalLines: refusalLines(action.cors, request) };
}

function gatedDestination(destination: Destination, gate: Gate, request: RequestView): Gated {
  return { kind: 'destination', gate, destination, timeoutMs: destination.action.requestTimeoutMs, refusalLines: refusalLines(destination.target.cors, request) };
}

function refusalLines(cors: Cors | undefined, request: RequestView): string {
  return cors === undefined ? '' : corsEdit(cors, request, undefined).lines;
}

/** The target that a request goes to, or the answer that it gets without one. Each call takes a target's turn. */
function choose(action: CompiledAction, resolution: Resolution, request: RequestView): BackendTarget | Answer {
  const own = ownAnswer(action, resolution, request);
  if (own !== undefined) return own;
  const { targets, cors } = action as ForwardAction;
  return atTarget(targets.next(), cors, request);
}

/** The answer that an action gives before any target is asked for; undefined where a target has the word. */
export function ownAnswer(action: CompiledAction, resolution: Resolution, request: RequestView): Answer | undefined {
  if (action.kind === 'respond') return respondAnswer(action);
  if (action.cors !== undefined && isPreflight(request)) return preflightAnswer(action.cors, request);
  return action.kind === 'redirect' ? redirectAnswer(action, resolution, request) : undefined;
}

/** A target that was chosen, or the answer in its place; `cors` is that of the rule. */
export function atTarget(target: BackendTarget | Respond, cors: Cors | undefined, request: RequestView): BackendTarget | Answer {
  if (target.kind === 'respond') return cors === undefined ? respondAnswer(target) : { ...respondAnswer(target), lines: corsEdit(cors, request, undefined).lines };
  return target.cors !== undefined && isPreflight(request) ? preflightAnswer(target.cors, request) : target;
}

function preflightAnswer(cors: Cors, request: RequestView): Answer {
  return { status: 204, text: '', lines: preflightLines(cors, request) };
}

/** What a target changes in the response to this request, and the lines of an answer that tells its client what went wrong. */
export function responseChanges(target: BackendTarget, request: RequestView): { readonly responseEdit: HeaderEdit | undefined; readonly refusalLines: string } {
  if (target.cors === undefined) return { responseEdit: target.responseEdit, refusalLines: '' };
  return { responseEdit: corsEdit(target.cors, request, target.responseEdit), refusalLines: corsEdit(target.cors, request, undefined).lines };
}
