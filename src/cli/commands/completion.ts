import { UsageError, type Command } from '../command.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'Print a completion script for a shell.',
  usage: 'bash|zsh|fish',
  description: 'Prints a script that completes commands, options and their values, and names of objects: of the files that -f names, of the cluster of --context, or of the program that runs here.\nThe script calls postern completion names -- WORDS for them.',
  options: {},
  completes: { words: ['bash', 'zsh', 'fish'] },
  examples: [
    ['source <(postern completion bash)', 'complete in this bash'],
    ['postern completion fish > ~/.config/fish/completions/postern.fish', 'complete in every fish'],
  ],
  async run({ positionals }) {
    const { allCommands } = await import('../run.ts');
    const [shell = '', ...words] = positionals;
    if (shell === 'names') {
      const { namesFor } = await import('../completion-names.ts');
      process.stdout.write((await namesFor(words, await allCommands())).map((it) => `${it}\n`).join(''));
      return 0;
    }
    const { scriptFor } = await import('../completion-scripts.ts');
    const script = scriptFor(shell, await allCommands());
    if (script === undefined) throw new UsageError('name your shell: bash, zsh or fish');
    process.stdout.write(script);
    return 0;
  },
};
