import type { Snapshot } from '../../contract/index.ts';
import { withAssumedCertificates } from '../../explain/index.ts';
import { openFileSource } from '../../source/index.ts';
import { percentOf } from '../../trial/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { requireInputs } from '../inputs.ts';
import { knownOf } from '../known-of.ts';
import { laidOver } from '../laid-over.ts';
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
    ['postern test ./tests --context prod', 'against a cluster, with what else is in the folder applied to it'],
  ],
  run: runTest,
};

async function runTest(args: Arguments): Promise<number> {
  const source = openFileSource(requireInputs(args.positionals));
  const least = leastOf(args);
  const first = await source.read();
  const log = args.value('record');
  if (log !== undefined) return (await import('../record-tests.ts')).recordTests(log, await clusterWith(first, args) ?? withAssumedCertificates(knownOf(first, settingsOf(args))));
  const code = await report(first, args, least);
  if (!args.on('watch')) return code;
  const watch = await source.watch((snapshot) => void reportAgain(snapshot, args, least));
  await untilSignal();
  await watch.close();
  return 0;
}

/** Between two saves there may be nothing to run, and a cluster may not answer. */
async function reportAgain(snapshot: Snapshot, args: Arguments, least: number): Promise<void> {
  try {
    await report(snapshot, args, least);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`postern: ${error.message}\n`);
  }
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
  const outcome = outcomeOf(files, await clusterWith(snapshot, args));
  const { results, broken, coverage } = outcome;
  if (results.length === 0 && broken.length === 0) throw new UsageError(`${args.positionals.join(', ')}: there is no RouteTest to run; see docs/testing.md for how to write one`);
  process.stdout.write(printed(outcome, args));
  return broken.length > 0 || results.some(({ passed }) => !passed) || percentOf(coverage.matches) < least ? 1 : 0;
}

function settingsOf(args: Arguments): ReturnType<typeof nativeSettings> {
  return nativeSettings({ strict: args.on('strict') });
}

/** What applying the files would make of the cluster that is named; undefined where none is. */
async function clusterWith(files: Snapshot, args: Arguments): Promise<ReturnType<typeof knownOf> | undefined> {
  if (args.value('context') === undefined && args.value('kubeconfig') === undefined) return undefined;
  const { clusterSnapshot } = await import('../cluster-known.ts');
  return knownOf(laidOver(await clusterSnapshot(await accessFrom(args)), files), nativeSettings({ strict: true }));
}

function printed(outcome: TestOutcome, args: Arguments): string {
  switch (args.value('output')) {
    case 'json': return toJson(outcome);
    case 'junit': return toJunit(outcome);
    case 'github': return toGithub(outcome);
    default: return testText(outcome, { palette: paletteFor(process.stdout), coverage: args.on('coverage') });
  }
}
