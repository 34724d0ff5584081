import type { AnswerEdit, Filter, FilterStep, Ir, Outcome, Rehearsal, RequestLook, RouteKey, TargetOutcome } from '../../ir/index.ts';
import type { Content } from './content.ts';

/** Everything that a request meets, as plain data: two that are equal are treated alike. Which rule took it is no part of it. */
export type Treatment =
  | { readonly kind: 'closed'; readonly cause: string }
  | { readonly kind: 'answer'; readonly status: number; readonly cause: string | undefined; readonly headers: readonly string[]; readonly filters: readonly unknown[]; readonly asks: readonly unknown[] }
  | { readonly kind: 'forward'; readonly shares: readonly TreatedShare[]; readonly limits: unknown; readonly asks: readonly unknown[] };

export interface TreatedShare {
  /** Part of the requests, 0 to 1. */
  readonly part: number;
  readonly backend: unknown;
  readonly sent: RequestLook | undefined;
  readonly answer: unknown;
  /** What becomes of the headers of the backend's answer. */
  readonly answered: AnswerEdit | undefined;
  /** Filters that do not change the request itself, in order. */
  readonly filters: readonly unknown[];
  readonly persistence: unknown;
}

/** A rehearsal as plain data. */
export function treatmentOf({ outcome, route, asks = [] }: Rehearsal, ir: Ir, content: Content): Treatment {
  const asked = asks.map((it) => content.backend(it));
  switch (outcome.kind) {
    case 'closed': return { kind: 'closed', cause: outcome.cause };
    case 'answer': return {
      kind: 'answer', status: outcome.status, cause: outcome.cause, headers: headersOf(outcome), asks: asked,
      filters: calledFor(outcome, content),
    };
    case 'forward': return { kind: 'forward', shares: sharesOf(outcome.targets, { ir, content, route }), limits: limitsOf(route, ir), asks: asked };
  }
}

/** Who is called before an answer; what other filters do is in its headers. A preflight is answered without a call. */
function calledFor({ status, cause, steps = [] }: Extract<Outcome, { kind: 'answer' }>, content: Content): unknown[] {
  if (cause !== undefined || status === 204) return [];
  return steps.flatMap(({ filter }) => (filter.kind === 'auth' || filter.kind === 'mirror' ? [content.withBackends(filter)] : []));
}

/** Of an answer that was asked for; one that tells what went wrong is the same whatever it says to browsers beside. */
function headersOf({ headers, cause }: Extract<Outcome, { kind: 'answer' }>): string[] {
  if (cause !== undefined) return [];
  return headers.map(({ name, value }) => `${name}: ${value}`).sort();
}

interface Place {
  readonly ir: Ir;
  readonly content: Content;
  readonly route: RouteKey | undefined;
}

/** Shares that are treated alike are one; their order says nothing. */
function sharesOf(targets: readonly TargetOutcome[], place: Place): TreatedShare[] {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  const merged = new Map<string, TreatedShare>();
  for (const target of targets) {
    if (target.weight <= 0) continue;
    const share = shareOf(target, place);
    const key = JSON.stringify(share);
    merged.set(key, { ...share, part: (merged.get(key)?.part ?? 0) + target.weight / total });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => ({ ...share, part: Math.round(share.part * 1e9) / 1e9 }));
}

function shareOf({ backend, sent, answer, answered, steps, index }: TargetOutcome, { ir, content, route = '' }: Place): TreatedShare {
  const action = ir.routes[route]?.action;
  return {
    part: 0, backend: backend === undefined ? undefined : content.backend(backend), sent, answered,
    answer: answer === undefined ? undefined : answer.kind === 'answer' ? { status: answer.status, cause: answer.cause, headers: headersOf(answer) } : { cause: answer.cause },
    filters: answer === undefined ? besideRequest(steps, content) : [], persistence: action?.kind === 'forward' ? action.targets[index]?.persistence : undefined,
  };
}

/** What a chain does beside changing headers, which the request and the answer show themselves. */
function besideRequest(steps: readonly FilterStep[], content: Content): unknown[] {
  return steps.flatMap(({ filter }) => (isOfRequest(filter) ? [] : [content.withBackends(filter)]));
}

function isOfRequest({ kind }: Filter): boolean {
  return kind === 'request-headers' || kind === 'rewrite' || kind === 'response-headers';
}

/** Times and retries, which no rehearsal tells. */
function limitsOf(route: RouteKey | undefined, { routes }: Ir): unknown {
  const action = route === undefined ? undefined : routes[route]?.action;
  if (action?.kind !== 'forward') return {};
  const { requestTimeoutMs, backendTimeoutMs, retry } = action;
  return { requestTimeoutMs, backendTimeoutMs, retry };
}
