/** One option of a command, enough to parse it, to explain it and to complete it. */
export interface OptionSpec {
  readonly short?: string;
  /** Name of the value in help; absent for a switch. */
  readonly value?: string;
  readonly repeats?: boolean;
  /** The values it can have, where they are few. */
  readonly choices?: readonly string[];
  readonly help: string;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** Is the switch on? */
  on(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** Words of a command that shells can offer. */
export interface Completes {
  /** For the first word. */
  readonly words?: readonly string[];
  /** Names of objects, asked of the source that the words before name; see `completion-names.ts`. */
  readonly names?: 'object' | 'of-kind' | 'route';
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Behind the name: `PATH… [options]`. */
  readonly usage: string;
  readonly description: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** What shells offer beside files for words that are no options. */
  readonly completes?: Completes;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Resolves to the exit code. */
  run(args: Arguments): Promise<number>;
}

/** The person's call is off; the message says how to mend it. Ends the program with exit code 2. */
export class UsageError extends Error {}
