import type { Command } from './command.ts';
import { namesFor } from './completion-names.ts';

/** What could stand at the end of a command line; `words` are those behind the program, the last one being written. */
export async function offersFor(words: readonly string[], commands: readonly Command[]): Promise<string[]> {
  const begun = words.at(-1) ?? '';
  const fitting = (all: readonly string[]): string[] => all.filter((it) => it.startsWith(begun));
  const command = commands.find(({ name }) => name === words[0]);
  if (words.length <= 1) return fitting([...commands.map(({ name }) => name), 'help']);
  if (command === undefined) return [];
  const before = words.at(-2) ?? '';
  const choices = Object.entries(command.options).find(([name, { short }]) => before === `--${name}` || (short !== undefined && before === `-${short}`))?.[1].choices;
  if (choices !== undefined) return fitting(choices);
  if (begun.startsWith('-')) return fitting([...Object.keys(command.options).map((it) => `--${it}`), '--help']);
  return [...fitting(words.length === 2 ? command.completes?.words ?? [] : []), ...await namesFor(words, commands)];
}

/** As kubectl asks the program `kubectl_complete-postern`: a line for each, then `:4` where files would be wrong, or `:0`. */
export async function kubectlOffers(words: readonly string[], commands: readonly Command[]): Promise<string> {
  const offers = await offersFor(words, commands);
  return `${offers.map((it) => `${it}\n`).join('')}:${offers.length > 0 ? 4 : 0}\n`;
}
