import { rehearse, rehearseConnection } from '../../proxy/index.ts';
import { compareTraffic } from '../../trial/index.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { toJson, toMarkdown } from '../diff-formats.ts';
import { diffText } from '../diff-text.ts';
import { knownOfInputs } from '../diff-inputs.ts';

export const diff: Command = {
  name: 'diff',
  summary: 'Say what a change of manifests does to traffic.',
  usage: 'BEFORE AFTER [options]',
  description: 'Makes up requests from all that either side asks for (listeners, hostnames, paths, methods, headers, query parameters), asks both sides about each, and prints what becomes other, the same change in one line.\nA side is a file, a folder, - for standard input, a revision of git such as main:deploy, or context:NAME for a cluster. Exit code 0: all traffic is treated alike; 1: some is not; 2: wrong usage.',
  options: {
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'markdown', 'json'], help: 'How it is printed; markdown is a table for a pull request.' },
    with: { value: 'INPUT', repeats: true, help: 'What belongs to both sides, such as the manifests of the Gateway, or the cluster that routes are for; may be repeated.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern diff main:deploy deploy', 'what the working copy changes'],
    ['postern diff v1.2:deploy v1.3:deploy -o markdown', 'two revisions, for a pull request'],
    ['kustomize build overlays/prod | postern diff old.yaml -', 'what a pipeline makes'],
    ['postern diff main:routes routes --with platform/gateway.yaml', 'routes of a Gateway that somebody else keeps'],
    ['postern diff context:prod deploy', 'what applying a folder would do in a cluster'],
  ],
  run: runDiff,
};

async function runDiff(args: Arguments): Promise<number> {
  if (args.positionals.length !== 2) throw new UsageError('name two sides: what was before, and what is after');
  const [before, after] = await knownOfInputs(args.positionals[0]!, args.positionals[1]!, { strict: args.on('strict'), beside: args.values('with') });
  const compared = compareTraffic(before, after, { plane: { rehearse, rehearseConnection }, now: Date.now() });
  process.stdout.write(printed(compared, args));
  return compared.changes.length > 0 ? 1 : 0;
}

function printed(compared: ReturnType<typeof compareTraffic>, args: Arguments): string {
  switch (args.value('output')) {
    case 'json': return toJson(compared);
    case 'markdown': return toMarkdown(compared);
    default: return diffText(compared, paletteFor(process.stdout));
  }
}
