import { columns } from './columns.ts';
import type { Command } from './command.ts';
import { programName } from './program-name.ts';

/** Columns that a line of help has at most, where words allow it. */
const WIDTH = 110;
/** Names longer than this stand on a line of their own, so that the text beside the others stays wide. */
const MOST_NAME = 34;

export function overview(commands: readonly Command[], version: string): string {
  return [
    `postern ${version}: Gateway API manifests become running traffic.`,
    '',
    `Usage: ${programName} COMMAND [options]`,
    '',
    'Commands:',
    ...columns(commands.map((it) => [`  ${it.name}`, it.summary])),
    '',
    `${programName} COMMAND --help says more. --version prints the version.`,
    '',
    'Examples:',
    ...examples(commands.flatMap((it) => it.examples.slice(0, 1))),
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, { short, value, choices, help }]): [string, string] => {
    const names = `  ${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;
    return [names, choices === undefined ? help : `${help} (${choices.join(', ')})`];
  });
  return [
    `postern ${command.name}: ${command.summary}`,
    '',
    `Usage: ${programName} ${command.name} ${command.usage}`.trim(),
    '',
    ...wrapped(command.description.replaceAll('\n', ' '), WIDTH),
    '',
    'Options:',
    ...beside([...options, ['  -h, --help', 'Say this.']]),
    '',
    'Examples:',
    ...examples(command.examples),
    '',
  ].join('\n');
}

/** Names with their texts beside them, or below a name that is too long. */
function beside(rows: readonly (readonly [string, string])[]): string[] {
  const indent = Math.max(...rows.map(([name]) => name.length).filter((it) => it <= MOST_NAME)) + 2;
  return rows.flatMap(([name, text]) => {
    const [first = '', ...rest] = wrapped(text, WIDTH - indent);
    const below = rest.map((it) => ' '.repeat(indent) + it);
    return name.length + 2 > indent ? [name, ' '.repeat(indent) + first, ...below] : [name.padEnd(indent) + first, ...below];
  });
}

/** Commands with what they are for beside them; above them where one would be too long for a line. */
function examples(calls: readonly (readonly [string, string])[]): string[] {
  const lines = columns(calls.map(([call, what]) => [`  ${call}`, what]));
  return lines.every((it) => it.length <= WIDTH) ? lines : calls.flatMap(([call, what]) => [`  # ${what}`, `  ${call}`]);
}

/** Lines of at most `width` columns; a word that is longer stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
