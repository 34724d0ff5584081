import { existsSync } from 'node:fs';
import { UsageError } from './command.ts';

/** The paths a command reads; a path that does not exist is a mistake of the call, a glob that matches nothing may match later. */
export function requireInputs(positionals: readonly string[]): readonly string[] {
  if (positionals.length === 0) throw new UsageError('name a folder, a file, or - for standard input');
  const missing = positionals.find((it) => it !== '-' && !/[*?[{]/.test(it) && !existsSync(it));
  if (missing !== undefined) throw new UsageError(`${missing} does not exist`);
  return positionals;
}
