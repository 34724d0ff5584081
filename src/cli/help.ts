import { columns } from './columns.ts';
import type { Command } from './command.ts';

export function overview(commands: readonly Command[], version: string): string {
  return [
    `postern ${version}: Gateway API manifests become running traffic.`,
    '',
    'Usage: postern COMMAND [options]',
    '',
    'Commands:',
    ...columns(commands.map((it) => [`  ${it.name}`, it.summary])),
    '',
    'postern COMMAND --help says more. --version prints the version.',
    '',
    'Examples:',
    ...columns(commands.flatMap((it) => it.examples.slice(0, 1)).map(([call, what]) => [`  ${call}`, what])),
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, { short, value, choices, help }]) => {
    const names = `  ${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;
    return [names, choices === undefined ? help : `${help} (${choices.join(', ')})`];
  });
  return [
    `postern ${command.name}: ${command.summary}`,
    '',
    `Usage: postern ${command.name} ${command.usage}`,
    '',
    command.description,
    '',
    'Options:',
    ...columns([...options, ['  -h, --help', 'Say this.']]),
    '',
    'Examples:',
    ...columns(command.examples.map(([call, what]) => [`  ${call}`, what])),
    '',
  ].join('\n');
}
