/** Resolves at the first SIGINT or SIGTERM; a second one ends the program at once, as impatient people expect. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    // A program that serves nothing yet has nothing else that keeps it running.
    const alive = setInterval(() => undefined, 2 ** 30);
    let count = 0;
    const onSignal = (): void => {
      if (++count > 1) process.exit(130);
      clearInterval(alive);
      resolve();
    };
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
