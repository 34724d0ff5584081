import type { Forward } from '../../../ir/index.ts';
import type { RetryPolicy } from '../../gen/messages.ts';
import { duration, extension } from '../typed.ts';

const usualBackoffMs = 25;

/**
 * When a request of a route goes to a backend again. Undefined: as on every route of its virtual host, where a connection that did not come
 * about is tried again; that is another endpoint where they are asked in turn (`isInTurn`).
 */
export function retryPolicy({ retry, backendTimeoutMs }: Pick<Forward, 'retry' | 'backendTimeoutMs'>, isInTurn: boolean): RetryPolicy | undefined {
  if (retry === undefined && backendTimeoutMs === undefined && isInTurn) return undefined;
  const perTry = backendTimeoutMs === undefined ? {} : { per_try_timeout: duration(backendTimeoutMs) };
  if (retry === undefined) return { ...usualRetries, ...elsewhere, ...perTry };
  if (retry.attempts === 0) return { retry_on: '', num_retries: 0, ...perTry };
  const base = retry.backoffMs ?? usualBackoffMs;
  return {
    retry_on: ['connect-failure', 'refused-stream', 'reset', ...(retry.codes.length === 0 ? [] : ['retriable-status-codes'])].join(','),
    num_retries: retry.attempts,
    ...(retry.codes.length === 0 ? {} : { retriable_status_codes: retry.codes }),
    retry_back_off: { base_interval: duration(base), max_interval: duration(base * 10) },
    ...elsewhere, ...perTry,
  };
}

/** Another endpoint than those that have failed, where there is one. */
const elsewhere: RetryPolicy = {
  retry_host_predicate: [extension('envoy.retry_host_predicates.previous_hosts', 'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate', {})],
  host_selection_retry_max_attempts: 5,
};

/** What is harmless by HTTP's own rules is tried again in any case. */
export const usualRetries: RetryPolicy = { retry_on: 'connect-failure,refused-stream,reset-before-request', num_retries: 2 };
