import type { Children } from './children.ts';

/** On Ctrl-C all children end before the bench does. */
export function endOnSignals(children: Children): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.error(`\n${signal}: ending everything that the bench started`);
      void children.stopAll().then(() => process.exit(130));
    });
  }
}
