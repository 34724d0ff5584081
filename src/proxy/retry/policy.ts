import type { Retry } from '../../ir/index.ts';
import { backoffMs, defaultBackoffMs } from './backoff.ts';

/** Why a try is over without an answer that the client should have. */
export type Failure = 'status' | 'connection' | 'time';

/** When the requests of a route go to a backend again, compiled. */
export interface RetryPolicy {
  readonly codes: ReadonlySet<number>;
  readonly attempts: number;
  /** Milliseconds; undefined where the user names none. */
  readonly backoffMs: number | undefined;
}

/** Undefined where the route has no policy; one without attempts forbids retries (spec: HTTPRouteRetry.attempts). */
export function compileRetry(retry: Retry | undefined): RetryPolicy | undefined {
  return retry === undefined ? undefined : { codes: new Set(retry.codes), attempts: retry.attempts, backoffMs: retry.backoffMs };
}

/**
 * Milliseconds before retry number `retry` (from 1). A connection that did not come about is tried elsewhere at once as long as there are
 * endpoints that have not failed, since waiting would help nobody, unless the user asks for an interval.
 */
export function retryDelayMs(policy: RetryPolicy, retry: number, options: { readonly failure: Failure; readonly hasOtherEndpoint: boolean; readonly chance: number }): number {
  if (policy.backoffMs === undefined && options.failure === 'connection' && options.hasOtherEndpoint) return 0;
  return backoffMs(policy.backoffMs ?? defaultBackoffMs, retry, options.chance);
}
