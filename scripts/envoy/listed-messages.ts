import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The messages of messages.txt by their full name, with the name of the type. */
export function listedMessages(): Map<string, string> {
  const lines = readFileSync(join(import.meta.dirname, 'messages.txt'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => {
    const [message, name] = line.split(' = ');
    return [message!, name ?? message!.replace(/^[a-z0-9_.]+/, '').replaceAll('.', '')];
  }));
}
