/** `000` to `999`. */
const thousandths: readonly string[] = Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, '0'));
/** How long the distance of the two clocks is believed: the wall clock may be set, and the steady one may stand still. Milliseconds. */
const believedMs = 1000;

let offset = 0;
let lookedAt = -Infinity;
/** The last second that was written, and its text. */
let second = -1;
let text = '';

/** A time of `performance.now()` as RFC 3339 with milliseconds. */
export function logTime(steady: number): string {
  if (steady - lookedAt > believedMs) {
    lookedAt = steady;
    offset = Date.now() - performance.now();
  }
  const ms = Math.floor(offset + steady);
  const now = Math.floor(ms / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toISOString().slice(0, 20);
  }
  return `${text}${thousandths[ms - now * 1000]}Z`;
}

/** Milliseconds with three places, as a JSON number. */
export function msText(ms: number): string {
  const micro = Math.max(0, Math.round(ms * 1000));
  const whole = Math.floor(micro / 1000);
  return `${whole}.${thousandths[micro - whole * 1000]}`;
}
