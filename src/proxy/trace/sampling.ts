import type { TraceParent } from './trace-context.ts';

/** Shares of requests that are sampled, 0 to 1. */
export interface SamplingRates {
  /** Of the traces that begin here. */
  readonly share: number;
  /** Of the requests whose caller samples; undefined: what the caller does doesn't count. */
  readonly parentShare: number | undefined;
}

/**
 * Whether a request is sampled. A caller that does not sample is followed; one that does is followed for a share of the requests
 * (GEP-4768, ParentBasedSampling).
 */
export function isSampled({ share, parentShare }: SamplingRates, parent: TraceParent | undefined, random: () => number = Math.random): boolean {
  // Who does not trust the caller's decision can't trust its trace id either, so chance decides and not the id.
  if (parent === undefined || parentShare === undefined) return takes(share, random());
  if (!parent.isSampled) return false;
  return takes(parentShare, parent.isRandom ? randomnessOf(parent.traceId) : random());
}

function takes(share: number, value: number): boolean {
  return value >= 1 - share;
}

/**
 * The last seven bytes of a trace id as a number from 0 up to 1 (W3C Trace Context Level 2, section 3.2.2.5): whoever samples a share by it takes
 * the same traces, so that they are whole.
 */
export function randomnessOf(traceId: string): number {
  return Number.parseInt(traceId.slice(18), 16) / 2 ** 56;
}
