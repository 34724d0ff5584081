/** Resolves at the first SIGINT or SIGTERM, or to what `other` says where that is earlier; a second one ends the program at once, as impatient people expect. */
export function untilSignal(other?: Promise<string>): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A program that serves nothing yet has nothing else that keeps it running.
    const alive = setInterval(() => undefined, 2 ** 30);
    let count = 0;
    const onSignal = (): void => {
      if (++count > 1) process.exit(130);
      end();
    };
    const end = (sentence?: string): void => {
      clearInterval(alive);
      resolve(sentence);
    };
    void other?.then(end);
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the program as if nobody listened. Keeps nothing running. */
export function interruption(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return ending.signal;
}
