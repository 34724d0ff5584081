import type { RequestView } from '../route/request-view.ts';
import { newSpanId, newTraceId } from './ids.ts';
import { isSampled, type SamplingRates } from './sampling.ts';
import { isTraceState, readTraceParent, traceParentText } from './trace-context.ts';

/** What the next hop gets in place of the caller's trace context. */
export interface ForwardedContext {
  /** Fields of the caller that do not go on. */
  readonly names: readonly string[];
  /** Each with CRLF. */
  readonly lines: string;
}

/** A request's place in a trace. */
export interface Place {
  /** Hexadecimal, as the other ids. */
  readonly traceId: string;
  /** Of Postern's own span, `''` where it has no part in the trace. */
  readonly spanId: string;
  /** Of the caller's span, `''` where the trace begins here. */
  readonly parentId: string;
  /** The caller's `tracestate`, `''` for none. */
  readonly state: string;
  readonly isSampled: boolean;
  readonly isRandom: boolean;
  /** Undefined: the caller's context goes on untouched. */
  readonly forwarded: ForwardedContext | undefined;
}

const both: readonly string[] = ['traceparent', 'tracestate'];
const parentOnly: readonly string[] = ['traceparent'];

/** Joins the caller's trace, or begins one where there is none or its context is not valid; then `tracestate` means nothing either. */
export function joinTrace(request: RequestView, rates: SamplingRates): Place {
  const parent = readTraceParent(request.header('traceparent'));
  const sampled = isSampled(rates, parent);
  if (parent === undefined) return newTrace(sampled);
  const { traceId, isRandom } = parent;
  const sent = request.header('tracestate');
  const state = sent !== undefined && isTraceState(sent) ? sent : '';
  const base = { traceId, parentId: parent.spanId, state, isSampled: sampled, isRandom };
  const names = state === '' && sent !== undefined ? both : parentOnly;
  // Who neither samples nor changes the caller's decision has nothing to add.
  if (!sampled && !parent.isSampled && names === parentOnly) return { ...base, spanId: '', forwarded: undefined };
  return forwarding(base, names);
}

function newTrace(sampled: boolean): Place { // oxlint-disable-line -- the decision.
  return forwarding({ traceId: newTraceId(), parentId: '', state: '', isSampled: sampled, isRandom: true }, both);
}

/** The next hop's parent is the span of Postern, also where that is not sampled: the flag may only change with the id (section 3.4). */
function forwarding(base: Omit<Place, 'spanId' | 'forwarded'>, names: readonly string[]): Place {
  const spanId = newSpanId();
  return { ...base, spanId, forwarded: { names, lines: `traceparent: ${traceParentText({ ...base, spanId })}\r\n` } };
}
