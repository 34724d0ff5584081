import type { Snapshot } from '../../contract/index.ts';
import { withAssumedCertificates } from '../../explain/index.ts';
import { openFileSource } from '../../source/index.ts';
import { percentOf } from '../../trial/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { requireInputs } from '../inputs.ts';
import { knownOf } from '../known-of.ts';
import { nativeSettings } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { toGithub, toJson, toJunit } from '../test-formats.ts';
import { outcomeOf } from '../test-outcome.ts';
import { testText, type TestOutcome } from '../test-text.ts';

export const test: Command = {
  name: 'test',
  summary: 'Compare what requests meet with what RouteTests say.',
  usage: 'PATH… [options]',
  description: 'Reads manifests, and the RouteTests beside them, and asks what becomes of every request that a test names: route, rule, backend, redirect, status, and the request as the backend gets it.\nSays which rules and matches no test reaches. Exit code 0: all is as expected; 1: something is not; 2: wrong usage.',
  options: {
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json', 'junit', 'github'], help: 'How results are printed.' },
    coverage: { help: 'List the matches that no test reaches.' },
    'fail-under': { value: 'PERCENT', help: 'The least part of the matches that tests must reach; 0 if not given.' },
    record: { value: 'FILE', help: 'Make tests of an access log in JSON, and print them.' },
    watch: { short: 'w', help: 'Run again whenever a file changes.' },
    ...accessOptions,
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern test ./manifests', 'the tests beside the manifests'],
    ['postern test ./manifests ./tests --coverage --fail-under 90', 'tests in a folder of their own; nine of ten matches must be reached'],
    ['postern test ./manifests --record access.json > shop.test.yaml', 'tests of what real requests met'],
    ['postern test ./tests --context prod', 'against the objects of a cluster'],
  ],
  run: runTest,
};

async function runTest(args: Arguments): Promise<number> {
  const source = openFileSource(requireInputs(args.positionals));
  const least = leastOf(args);
  const first = await source.read();
  if (args.value('record') !== undefined) return (await import('../record-tests.ts')).recordTests(args.value('record')!, withAssumedCertificates(knownOf(first, settingsOf(args))));
  const code = await report(first, args, least);
  if (!args.on('watch')) return code;
  const watch = await source.watch((snapshot) => void report(snapshot, args, least));
  await untilSignal();
  await watch.close();
  return 0;
}

function leastOf(args: Arguments): number {
  const text = args.value('fail-under') ?? '0';
  const least = Number(text.replace(/%$/, ''));
  if (!(least >= 0 && least <= 100)) throw new UsageError(`--fail-under ${text}: write a number from 0 to 100`);
  return least;
}

/** Prints what comes of the tests in a snapshot; the exit code. */
async function report(snapshot: Snapshot, args: Arguments, least: number): Promise<number> {
  const files = knownOf(snapshot, settingsOf(args));
  const outcome = outcomeOf(files, isOfCluster(args) ? await (await import('../cluster-known.ts')).knownInCluster(await accessFrom(args)) : undefined);
  const { results, broken, coverage } = outcome;
  if (results.length === 0 && broken.length === 0) throw new UsageError(`${args.positionals.join(', ')}: there is no RouteTest to run; see docs/testing.md for how to write one`);
  process.stdout.write(printed(outcome, args));
  return broken.length > 0 || results.some(({ passed }) => !passed) || percentOf(coverage.matches) < least ? 1 : 0;
}

function settingsOf(args: Arguments): ReturnType<typeof nativeSettings> {
  return nativeSettings({ strict: args.on('strict') });
}

function isOfCluster(args: Arguments): boolean {
  return args.value('context') !== undefined || args.value('kubeconfig') !== undefined;
}

function printed(outcome: TestOutcome, args: Arguments): string {
  switch (args.value('output')) {
    case 'json': return toJson(outcome);
    case 'junit': return toJunit(outcome);
    case 'github': return toGithub(outcome);
    default: return testText(outcome, { palette: paletteFor(process.stdout), coverage: args.on('coverage') });
  }
}
