import type { Backend, BackendKey, Filter, FilterStep, Forward, HeaderValue, Ir, Outcome, Target, TargetOutcome } from '../../ir/index.ts';
import { refusalAnswer, type Answer } from '../http1/answer.ts';
import { compileAction, type ForwardAction } from '../route/action.ts';
import { atTarget, responseChanges } from '../route/decide.ts';
import type { RequestView } from '../route/request-view.ts';
import { askable, type BackendPool } from '../upstream/backend-pool.ts';
import { lookAfter, readHead } from './request-look.ts';

const noPool = {} as BackendPool;

/** A pool for actions that are compiled and not carried out: it is never looked into. */
export const nobody = (): BackendPool => noPool;

/** Filters that call others are told as steps, and not compiled. */
function isLocal({ kind }: Filter): boolean {
  return kind !== 'auth' && kind !== 'mirror';
}

/** An action without what calls others. */
export function localAction(action: Forward): Forward {
  return { ...action, filters: action.filters.filter(isLocal), targets: action.targets.map((it) => ({ ...it, filters: it.filters.filter(isLocal) })) };
}

/** What becomes of the request at each target of an action. */
export function targetOutcomes(action: Forward, text: string, ir: Ir): TargetOutcome[] {
  return action.targets.map((target, index): TargetOutcome => {
    const steps = [...stepsOf(action.filters, { text, before: [], of: 'rule' }), ...stepsOf(target.filters, { text, before: action.filters, of: 'target' })];
    const { answer, answered } = answerAt(action, target, text, ir);
    const backend = target.to.kind === 'backend' ? { backend: target.to.backend } : {};
    return {
      index, weight: target.weight, ...backend, steps,
      ...(answer === undefined ? { sent: lookAfter(text, [...action.filters, ...target.filters]) } : { answer }), ...(answered === undefined ? {} : { answered }),
    };
  });
}

/** The answer in place of the backend's (of the target, to a preflight, or because there is nobody to ask), or else what becomes of the backend's. */
function answerAt(action: Forward, target: Target, text: string, ir: Ir): Pick<TargetOutcome, 'answer' | 'answered'> {
  const view = readHead(text) as RequestView;
  const compiled = compileAction(localAction({ ...action, targets: [{ ...target, weight: 1 }] }), nobody, 0) as ForwardAction;
  const chosen = atTarget(compiled.targets.next(), compiled.cors, view);
  if (!('pool' in chosen)) return { answer: toOutcome(chosen) };
  const refused = [...action.filters, ...target.filters].find((it) => it.kind === 'auth' && faultOf(it.backend, ir) !== undefined);
  if (refused !== undefined) return { answer: toOutcome(refusalAnswer('auth-unavailable')) };
  const fault = target.to.kind === 'backend' ? faultOf(target.to.backend, ir) : undefined;
  if (fault !== undefined) return { answer: toOutcome(refusalAnswer(fault)) };
  const edit = responseChanges(chosen, view).responseEdit;
  return edit === undefined ? {} : { answered: { removed: edit.names, headers: headersOf(edit.lines) } };
}

/** Why nobody of a backend can be asked; `bare` where its TLS is the client's own. */
export function faultOf(key: BackendKey, { backends, endpoints }: Ir, way: 'as-asked' | 'bare' = 'as-asked'): 'tls-refused' | 'no-endpoint' | undefined {
  const backend: Backend | undefined = backends[key];
  if (way === 'as-asked' && backend?.tls === 'refused') return 'tls-refused';
  return askable(endpoints[key] ?? []).length === 0 ? 'no-endpoint' : undefined;
}

interface Chain {
  readonly text: string;
  /** Filters that came before. */
  readonly before: readonly Filter[];
  readonly of: FilterStep['of'];
}

/** The filters of a list in order, each with the request after it. */
export function stepsOf(filters: readonly Filter[], { text, before, of }: Chain): FilterStep[] {
  return filters.map((filter, index): FilterStep => {
    const touches = filter.kind === 'request-headers' || filter.kind === 'rewrite';
    return { filter, of, ...(touches ? { after: lookAfter(text, [...before, ...filters.slice(0, index + 1)]) } : {}) };
  });
}

/** An answer in words of the IR. */
export function toOutcome({ status, text, cause, lines = '' }: Answer): Extract<Outcome, { readonly kind: 'answer' }> {
  return { kind: 'answer', status, text, ...(cause === undefined ? {} : { cause }), headers: headersOf(lines) };
}

function headersOf(lines: string): HeaderValue[] {
  return lines.split('\r\n').filter((it) => it !== '').map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).toLowerCase(), value: Buffer.from(line.slice(colon + 1).trim(), 'latin1').toString('utf8') };
  });
}
