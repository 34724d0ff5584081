import { randomFillSync } from 'node:crypto';

const store = Buffer.alloc(4096);
let used = store.length;

/** As many random bytes as hexadecimal digits, never all zero (W3C Trace Context, section 3.2.2.3). Asking the system is dear, so many are asked for at once. */
function randomHex(bytes: number): string {
  for (;;) {
    if (used + bytes > store.length) {
      randomFillSync(store);
      used = 0;
    }
    const hex = store.toString('hex', used, used + bytes);
    used += bytes;
    if (!/^0+$/.test(hex)) return hex;
  }
}

export function newTraceId(): string {
  return randomHex(16);
}

export function newSpanId(): string {
  return randomHex(8);
}
