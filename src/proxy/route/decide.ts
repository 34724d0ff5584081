import { type Cors, corsEdit, isPreflight, preflightLines } from '../filter/cors/cors.ts';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import { type Answer, redirectAnswer, respondAnswer } from '../http1/answer.ts';
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

/**
 * What is done with a request: where it goes, the answer that it gets without a backend, or why it is refused. `serverName` is that of the
 * TLS handshake, `''` without: a request for a host of another listener is misdirected (RFC 9110 section 15.5.20).
 */
export function decide(table: SocketTable, serverName: string, request: RequestView, observation: Observation): Destination | Answer | Cause { // oxlint-disable-line max-params -- the facts of one request.
  const resolution = table.resolve(request.host);
  if (resolution === undefined) return 'no-listener';
  observation.enter(resolution.listener.meter);
  if (serverName !== '' && resolution.host !== serverName && table.listenerOf(serverName) !== resolution.listener) return 'misdirected';
  const action = findAction(resolution, request);
  if (action === undefined) return 'no-route';
  observation.rule = action.rule;
  const chosen = choose(action, resolution, request);
  return 'pool' in chosen ? { action: action as ForwardAction, target: chosen } : chosen;
}

/** The target that a request goes to, or the answer that it gets without one. Each call takes a target's turn. */
function choose(action: CompiledAction, resolution: Resolution, request: RequestView): BackendTarget | Answer {
  if (action.kind === 'respond') return respondAnswer(action);
  const { cors } = action;
  if (cors !== undefined && isPreflight(request)) return preflightAnswer(cors, request);
  if (action.kind === 'redirect') return redirectAnswer(action, resolution, request);
  const target = action.targets.next();
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
