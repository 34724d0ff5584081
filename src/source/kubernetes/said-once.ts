/** So long the same words are not said again. Milliseconds. */
const quietMs = 10_000;

/** When the way to a server breaks, all who follow it say so in the same words: what many say at once is said once. */
export function saidOnce(say: (message: string) => void): (message: string) => void {
  const saidAt = new Map<string, number>();
  return (message) => {
    const now = performance.now();
    for (const [old, at] of saidAt) if (now - at > quietMs) saidAt.delete(old);
    if (!saidAt.has(message)) say(message);
    saidAt.set(message, now);
  };
}
