/** How far the wall clock moves from the steady one before it is followed. Milliseconds. */
const slack = 5;
let offset = Date.now() - performance.now();

/**
 * A time of `performance.now()` in nanoseconds since 1970. The wall clock may be set, and the steady one stands still while a machine sleeps, so
 * their distance is looked at anew; small changes are left out, so that spans of one moment fit together.
 */
export function wallNanoseconds(steady: number): bigint {
  const now = Date.now() - performance.now();
  if (Math.abs(now - offset) > slack) offset = now;
  const ms = offset + steady;
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1e6));
}
