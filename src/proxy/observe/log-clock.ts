/** The last second that was written, and its text. */
let second = -1;
let text = '';

/** A time of `performance.now()` as RFC 3339 with milliseconds. */
export function logTime(steady: number): string {
  const ms = Math.floor(Date.now() - performance.now() + steady);
  const now = Math.floor(ms / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toISOString().slice(0, 20);
  }
  return `${text}${String(ms - now * 1000).padStart(3, '0')}Z`;
}
