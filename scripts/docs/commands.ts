import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../src/cli/command.ts';
import { readPage } from './markdown.ts';

/** Code of a page, line by line: fenced shell blocks, and the spans between backquotes. */
function codeLines(text: string): { readonly code: string; readonly line: number }[] {
  const { fences, prose } = readPage(text);
  const blocks = fences.filter((it) => /^(?:sh|console)\b/.test(it.info)).flatMap((fence) => fence.text.split('\n').map((code, index) => ({ code, line: fence.line + 1 + index })));
  const spans = prose.flatMap((line, index) => [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => ({ code: code!, line: index + 1 })));
  return [...blocks, ...spans];
}

export interface World {
  readonly root: string;
  readonly commands: readonly Command[];
  /** Names of the scripts in package.json. */
  readonly scripts: ReadonlySet<string>;
}

/** Commands, npm scripts, files and options that a page names and that do not exist. */
export function unknownCommands(file: string, world: World): string[] {
  const text = readFileSync(join(world.root, file), 'utf8');
  return codeLines(text).flatMap(({ code, line }) => [...complaints(code, world), ...(speaksOfBench.has(file) ? [] : bareOption(code, world))].map((it) => `${file}:${line}: ${it}`));
}

function complaints(code: string, { root, commands, scripts }: World): string[] {
  const found: string[] = [];
  for (const [, name] of code.matchAll(/\bnpm run ([\w:-]+)/g)) if (!scripts.has(name!)) found.push(`there is no npm script ${name}`);
  for (const [, path] of code.matchAll(/\bnode ((?:test|scripts|bench|src)\/[\w./-]+\.ts)/g)) if (!existsSync(join(root, path!))) found.push(`${path} does not exist`);
  for (const call of postern(code)) {
    const command = commands.find((it) => it.name === call.name);
    if (command === undefined) found.push(`there is no command postern ${call.name}`);
    else found.push(...optionsOf(call.rest).filter((it) => !knows(command, it)).map((it) => `postern ${call.name} has no option ${it}`));
  }
  return found;
}

/** Pages whose bare options are those of the bench. */
const speaksOfBench: ReadonlySet<string> = new Set(['docs/performance.md']);

/** A code span that begins with an option stands for one of Postern's. */
function bareOption(code: string, { commands }: World): string[] {
  const option = /^--[a-z][\w-]*/.exec(code)?.[0];
  return option === undefined || commands.some((it) => knows(it, option)) ? [] : [`no command has an option ${option}`];
}

/** Calls of `postern COMMAND …`, by whatever name it is started. */
function postern(code: string): { readonly name: string; readonly rest: string }[] {
  const starts = /(?:^|[\s|(])(?:npx postern|npm run postern --|npm start --|postern)(?= |$)/g;
  return [...code.matchAll(starts)].flatMap((match) => {
    const rest = code.slice(match.index + match[0].length).split(/[|#;)]| && /)[0]!.trim();
    if (match[0].includes('npm start')) return [{ name: 'serve', rest }];
    const [name = '', ...words] = rest.split(/\s+/);
    return /^[a-z]+$/.test(name) && name !== 'help' ? [{ name, rest: words.join(' ') }] : [];
  });
}

function optionsOf(text: string): string[] {
  return text.split(/\s+/).flatMap((word) => /^--?[a-z][\w-]*/.exec(word)?.[0] ?? []);
}

function knows(command: Command, option: string): boolean {
  const name = option.replace(/^-+/, '');
  if (['--help', '-h', '--version'].includes(option)) return true;
  return option.startsWith('--') ? Object.hasOwn(command.options, name) : Object.values(command.options).some((it) => it.short === name);
}

/** Options of any command that no page explains; an option is explained where a code span begins with it. */
export function unexplainedOptions(files: readonly string[], { root, commands }: World): string[] {
  const codes = files.flatMap((file) => codeLines(readFileSync(join(root, file), 'utf8')).map((it) => it.code));
  return commands.flatMap((command) => Object.keys(command.options)
    .filter((name) => !codes.some((code) => code === `--${name}` || code.startsWith(`--${name} `)))
    .map((name) => `${files[0]}: --${name} of postern ${command.name} is not explained`));
}
