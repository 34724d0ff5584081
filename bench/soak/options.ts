import { parseArgs } from 'node:util';

export const usage = `npm run soak -- [options]
Every protocol at once through one postern serve, while a route is saved and endpoints change ten times a second. No request may fail,
memory stays flat.

  --minutes N     10
  --seconds N     in place of minutes; below 300 memory is shown and not judged
  --workers N     workers of postern serve; with two or more, one is killed each minute
  --kill-every N  seconds between kills, 60
  --json FILE     write the figures
  --help

Exit code: 0 nothing failed beyond the killed workers' own connections and memory is flat, 1 otherwise, 2 wrong usage or openssl is missing.`;

export interface SoakOptions {
  readonly seconds: number;
  readonly workers: number;
  readonly killEverySeconds: number;
  readonly json: string | undefined;
}

/** The options, `help`, or a sentence that says what is wrong with them. */
export function readSoakOptions(argv: readonly string[]): SoakOptions | 'help' | { readonly wrong: string } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...argv], options: { minutes: text, seconds: text, workers: text, 'kill-every': text, json: text, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return 'help';
    const numbers = {
      seconds: values.seconds === undefined ? Number(values.minutes ?? 10) * 60 : Number(values.seconds),
      workers: Number(values.workers ?? 1),
      killEverySeconds: Number(values['kill-every'] ?? 60),
    };
    if (!Object.values(numbers).every((value) => Number.isInteger(value) && value > 0)) return { wrong: 'numbers are whole and above 0' };
    return { ...numbers, json: values.json };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}
