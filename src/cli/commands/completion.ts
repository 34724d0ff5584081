import { UsageError, type Command } from '../command.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'Print a completion script for a shell.',
  usage: 'bash|zsh|fish',
  description: 'Prints a script that completes commands, options and their values.',
  options: {},
  examples: [
    ['source <(postern completion bash)', 'complete in this bash'],
    ['postern completion fish > ~/.config/fish/completions/postern.fish', 'complete in every fish'],
  ],
  async run({ positionals }) {
    const { allCommands } = await import('../run.ts');
    const { scriptFor } = await import('../completion-scripts.ts');
    const script = scriptFor(positionals[0] ?? '', await allCommands());
    if (script === undefined) throw new UsageError('name your shell: bash, zsh or fish');
    process.stdout.write(script);
    return 0;
  },
};
