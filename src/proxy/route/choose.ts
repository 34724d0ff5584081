import { type Cors, corsEdit, isPreflight, preflightLines } from '../filter/cors/cors.ts';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import { type Answer, redirectAnswer, respondAnswer } from '../http1/answer.ts';
import type { BackendTarget, CompiledAction } from './action.ts';
import type { RequestView } from './request-view.ts';
import type { Resolution } from './socket-table.ts';

/** The target that a request goes to, or the answer that it gets without one. Each call takes a target's turn. */
export function choose(action: CompiledAction, resolution: Resolution, request: RequestView): BackendTarget | Answer {
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
