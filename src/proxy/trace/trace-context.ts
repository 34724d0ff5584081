import { withoutBlanks } from '../http1/connection-options.ts';

/** A caller's place in a trace (W3C Trace Context Level 2, section 3.2). */
export interface TraceParent {
  /** 32 hexadecimal digits, lower case, not all zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, lower case, not all zero. */
  readonly spanId: string;
  readonly isSampled: boolean;
  /** The last seven bytes of the trace id are random. */
  readonly isRandom: boolean;
}

const SAMPLED = 1;
const RANDOM = 2;
const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zeros = /^0+$/;

/**
 * Reads the value of `traceparent`; undefined where there is none or it is not valid, and then the trace begins here (section 3.2.2.3).
 * Of a version that is not known yet only the parts of version 00 are read.
 */
export function readTraceParent(value: string | undefined): TraceParent | undefined {
  const match = value === undefined ? null : form.exec(value);
  if (match === null) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined) || zeros.test(traceId) || zeros.test(spanId)) return undefined;
  const bits = Number.parseInt(flags, 16);
  return { traceId, spanId, isSampled: (bits & SAMPLED) !== 0, isRandom: (bits & RANDOM) !== 0 };
}

/** The value of `traceparent` for the next hop, in version 00. */
export function traceParentText(parent: TraceParent): string {
  return `00-${parent.traceId}-${parent.spanId}-0${flagsOf(parent)}`;
}

/** The flags of version 00 (section 3.2.2.5). */
export function flagsOf({ isSampled, isRandom }: Pick<TraceParent, 'isSampled' | 'isRandom'>): number {
  return (isSampled ? SAMPLED : 0) | (isRandom ? RANDOM : 0);
}

const mostMembers = 32;
const stateKey = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const stateValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * Whether the value of `tracestate`, its lines joined by commas, is valid (section 3.3.1). One that is not is left out, because nobody
 * can read it; the trace goes on without.
 */
export function isTraceState(value: string): boolean {
  const keys = new Set<string>();
  for (const member of value.split(',')) {
    const text = withoutBlanks(member);
    if (text === '') continue;
    const at = text.indexOf('=');
    const key = text.slice(0, at);
    if (at < 0 || !stateKey.test(key) || !stateValue.test(text.slice(at + 1)) || keys.has(key) || keys.size === mostMembers) return false;
    keys.add(key);
  }
  return true;
}
