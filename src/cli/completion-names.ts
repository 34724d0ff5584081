import { UsageError, type Arguments, type Command } from './command.ts';
import { objectSource } from './object-source.ts';
import { parseArguments } from './parse-arguments.ts';
import { kindsMeant, type StatedObject } from './stated-object.ts';

/** Whoever presses Tab does not wait longer. Milliseconds. */
const patienceMs = 2000;
/** A shell shows no more. */
const mostNames = 2000;

/**
 * Names of objects that could stand at the end of a command line: `words` are those of the command, its name first, the one that is being written
 * last. What can't be read has no names; a completion must not complain.
 */
export async function namesFor(words: readonly string[], commands: readonly Command[]): Promise<string[]> {
  const [name, ...rest] = words;
  const command = commands.find((it) => it.name === name);
  const begun = rest.at(-1) ?? '';
  if (command?.completes?.names === undefined || begun.startsWith('-')) return [];
  try {
    const before = rest.slice(0, -1);
    const wantsNamespace = /^(?:-n|--namespace)$/.test(before.at(-1) ?? '');
    const args = parseArguments(command, wantsNamespace ? before.slice(0, -1) : before);
    const objects = await Promise.race([objectSource(args).read(), new Promise<never>((_, reject) => setTimeout(() => reject(new UsageError('too late')), patienceMs).unref())]);
    const names = wantsNamespace ? objects.flatMap(({ metadata }) => metadata.namespace ?? []) : namesIn(objects, command.completes.names, args);
    return [...new Set(names)].filter((it) => it.startsWith(begun)).slice(0, mostNames);
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

function namesIn(objects: readonly StatedObject[], what: 'object' | 'of-kind' | 'route', { positionals, value }: Arguments): string[] {
  const namespace = value('namespace');
  const fitting = objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  const placed = ({ metadata }: StatedObject): string => (namespace !== undefined || metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`);
  switch (what) {
    case 'object': return positionals.length > 0 ? [] : fitting.map((it) => `${it.kind.toLowerCase()}/${placed(it)}`);
    case 'route': return positionals.length > 0 ? [] : fitting.filter(({ kind }) => kind.endsWith('Route')).map(placed);
    case 'of-kind': {
      const kinds = positionals.length === 1 ? kindsMeant(positionals[0]!) : undefined;
      return kinds === undefined ? [] : fitting.filter(({ kind }) => kinds.includes(kind)).map(placed);
    }
  }
}
