import { diagnose, doctorText } from '../../setup/index.ts';
import { ClusterClient } from '../../source/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Command } from '../command.ts';
import { readClusterFacts } from '../read-cluster-facts.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Say what is wrong with Postern in a cluster, and what to do.',
  usage: '[options]',
  description: 'Looks at the CustomResourceDefinitions, the controller and its permissions, classes, Gateways, their addresses and data planes.\nA line for each; the exit code is 1 where something is wrong. Changes nothing.',
  options: {
    ...accessOptions,
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'Text for people, or JSON.' },
  },
  examples: [
    ['postern doctor', 'the cluster of the current context'],
    ['postern doctor --context prod -o json', 'for programs'],
  ],
  async run(args) {
    if (args.positionals.length > 0) throw new UsageError(`${args.positionals[0]}: doctor takes options only`);
    const client = new ClusterClient(await accessFrom(args));
    const diagnoses = diagnose(await readClusterFacts(client).finally(() => client.close()));
    const { green, yellow, red } = paletteFor(process.stdout);
    process.stdout.write(args.value('output') === 'json' ? `${JSON.stringify(diagnoses, null, 2)}\n` : doctorText(diagnoses, { good: green, odd: yellow, bad: red }));
    return diagnoses.some((it) => it.health === 'problem') ? 1 : 0;
  },
};
