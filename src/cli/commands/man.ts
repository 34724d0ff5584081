import { UsageError, type Command } from '../command.ts';
import { version } from '../version.ts';

export const man: Command = {
  name: 'man',
  summary: 'Print the manual page.',
  usage: '',
  description: 'Prints the manual page of all commands and options in the language of man(7). A package that is installed globally has it as postern(1).',
  options: {},
  examples: [['postern man | man -l -', 'read it'], ['postern man > /usr/local/share/man/man1/postern.1', 'install it']],
  async run({ positionals }) {
    if (positionals.length > 0) throw new UsageError('man takes no names; postern COMMAND --help says how a command is used');
    const { allCommands } = await import('../run.ts');
    const { manPage } = await import('../man-page.ts');
    process.stdout.write(manPage(await allCommands(), { version, date: new Date().toISOString().slice(0, 10) }));
    return 0;
  },
};
