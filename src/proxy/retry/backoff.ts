/** Where the user names no interval: short enough for a person not to notice, long enough not to hammer a backend that is failing. Milliseconds. */
export const defaultBackoffMs = 25;
const mostDoublings = 4;

/**
 * The wait before a retry, in milliseconds: the base interval, doubled with each retry up to 16 times the base, and up to half of that more
 * by chance, so that clients of one failure do not come back together. Never shorter than the base (spec: HTTPRouteRetry.backoff).
 */
export function backoffMs(baseMs: number, retry: number, chance: number): number {
  const interval = baseMs * 2 ** Math.min(retry - 1, mostDoublings);
  return Math.ceil(interval * (1 + chance / 2));
}
