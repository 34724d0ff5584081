import { parseArgs } from 'node:util';
import { nearName } from '../base/index.ts';
import { UsageError, type Arguments, type Command } from './command.ts';

/** Reads a command's arguments; throws UsageError with the near name for what it does not know. */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const { values, positionals } = parse(command, argv);
  const list = (name: string): readonly string[] => {
    const value = values[name];
    return value === undefined || typeof value === 'boolean' ? [] : (Array.isArray(value) ? value : [value]).map(String);
  };
  for (const [name, { choices }] of Object.entries(command.options)) {
    const odd = choices === undefined ? undefined : list(name).find((it) => !choices.includes(it));
    if (odd !== undefined) throw new UsageError(`--${name} ${odd}: use ${choices!.join(', ')}`);
  }
  return { positionals, on: (name) => values[name] === true, value: (name) => list(name).at(-1), values: list };
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function parse(command: Command, argv: readonly string[]): { values: Values; positionals: string[] } {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { short, value, repeats }]) => [name, {
    type: value === undefined ? 'boolean' as const : 'string' as const,
    ...(short === undefined ? {} : { short }),
    ...(repeats === true ? { multiple: true } : {}),
  }]));
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    throw new UsageError(complaint(command, error), { cause: error });
  }
}

function complaint(command: Command, error: unknown): string {
  const text = error instanceof Error ? error.message.split('. ')[0]! : String(error);
  const unknown = /Unknown option '(-+)([^']+)'/.exec(text);
  if (unknown === null) return text;
  const near = nearName(unknown[2]!, Object.keys(command.options));
  return `unknown option ${unknown[1]}${unknown[2]}${near === undefined ? '' : `; did you mean --${near}?`}`;
}
