import { nearName } from '../base/index.ts';
import { UsageError, type Command } from './command.ts';
import { fileProblem } from './file-trouble.ts';
import { parseArguments } from './parse-arguments.ts';
import { isCompletion, programName } from './program-name.ts';
import { version } from './version.ts';

/** Each command loads what it needs and nothing else, because starting quickly is a feature. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  lint: async () => (await import('./commands/lint.ts')).lint,
  get: async () => (await import('./commands/get.ts')).get,
  logs: async () => (await import('./commands/logs.ts')).logs,
  top: async () => (await import('./commands/top.ts')).top,
  schema: async () => (await import('./commands/schema.ts')).schema,
  bundle: async () => (await import('./commands/bundle.ts')).bundle,
  status: async () => (await import('./commands/status.ts')).status,
  test: async () => (await import('./commands/test.ts')).test,
  diff: async () => (await import('./commands/diff.ts')).diff,
  migrate: async () => (await import('./commands/migrate.ts')).migrate,
  translate: async () => (await import('./commands/translate.ts')).translate,
  explain: async () => (await import('./commands/explain.ts')).explain,
  controller: async () => (await import('./commands/controller.ts')).controller,
  proxy: async () => (await import('./commands/proxy.ts')).proxy,
  install: async () => (await import('./commands/install.ts')).install,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  man: async () => (await import('./commands/man.ts')).man,
  completion: async () => (await import('./commands/completion.ts')).completion,
};

export async function allCommands(): Promise<Command[]> {
  return Promise.all(Object.values(loaders).map((load) => load()));
}

/** What the program does under the name that it was started by. */
export async function runAsNamed(argv: readonly string[]): Promise<number> {
  if (!isCompletion) return run(argv);
  return print(await (await import('./completion-offers.ts')).kubectlOffers(argv, await allCommands()));
}

/** Runs one command line and resolves to its exit code: 0 fine, 1 findings or failure, 2 wrong usage. */
export async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V' || name === 'version') return print(`${version}\n`);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0], name === undefined ? 2 : 0);
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load === undefined) return refuse(`there is no command ${name}${suggest(name)}`, `${programName} --help lists the commands.`);
  try {
    const command = await load();
    if (rest.includes('--help') || rest.includes('-h')) return await help(name, 0);
    return await command.run(parseArguments(command, rest));
  } catch (error) {
    return refuse(problemOf(error), `${programName} ${name} --help says how it is used.`);
  }
}

/** What a person can do something about, in words; throws every other error on. */
function problemOf(error: unknown): string {
  const problem = error instanceof UsageError ? error.message : fileProblem(error);
  if (problem === undefined) throw error;
  return problem;
}

function suggest(name: string): string {
  const near = nearName(name, Object.keys(loaders));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

async function help(name: string | undefined, code: number): Promise<number> {
  const { commandHelp, overview } = await import('./help.ts');
  const load = name !== undefined && Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  const text = load === undefined ? overview(await allCommands(), version) : commandHelp(await load());
  (code === 0 ? process.stdout : process.stderr).write(text);
  return code;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function refuse(problem: string, advice: string): number {
  process.stderr.write(`postern: ${problem}\n${advice}\n`);
  return 2;
}
