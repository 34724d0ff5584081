import { writeFileSync } from 'node:fs';
import type { Finding, Severity, Snapshot } from '../../contract/index.ts';
import { openFileSource } from '../../source/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { fixedFiles, type FixedFile } from '../fix-files.ts';
import { lintText } from '../format-finding.ts';
import { requireInputs } from '../inputs.ts';
import { lintFindings, lintKnown } from '../lint-findings.ts';
import { toGithub, toJson, toJunit, toSarif } from '../lint-formats.ts';
import { askedImplementations } from '../portable-to.ts';
import { isPlugin } from '../program-name.ts';
import { nativeSettings } from '../settings.ts';
import { interruption } from '../signals.ts';
import { unifiedDiff } from '../unified-diff.ts';

const gravity: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

export const lint: Command = {
  name: 'lint',
  summary: 'Check manifests without serving them.',
  usage: '(PATH… | --context NAME) [options]',
  description: 'Checks syntax, schema, validation rules, references and attachment of every object, as an API server and a controller would, and the traffic that comes of them.\nExit code 0: nothing to mend; 1: findings; 2: wrong usage.',
  options: {
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json', 'sarif', 'github', 'junit'], help: 'How findings are printed.' },
    'fail-on': { value: 'SEVERITY', choices: ['error', 'warning', 'info'], help: 'The least severity that makes the exit code 1; warning if not given.' },
    'portable-to': { value: 'NAME,…', repeats: true, help: 'Say what these implementations do not claim in their conformance reports, such as envoy-gateway,istio; or all.' },
    fix: { help: 'Mend in the files what can be mended without asking: misspelt fields, old versions, missing groups, quotes. Comments and layout stay.' },
    'dry-run': { help: 'With --fix: print what would change, as a diff, and write nothing.' },
    watch: { short: 'w', help: 'Check again whenever a file changes, until you interrupt it.' },
    ...accessOptions,
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern lint ./manifests', 'check a folder'],
    ['kustomize build . | postern lint -', 'check what a pipeline makes'],
    ['postern lint ./manifests -o sarif > postern.sarif', 'for code scanning'],
    ['postern lint ./manifests --fix --dry-run', 'what could be mended at once'],
    ['postern lint ./manifests --portable-to envoy-gateway,istio', 'what would not work there'],
    ['postern lint --context prod', 'the objects of a cluster'],
  ],
  async run(args: Arguments): Promise<number> {
    const portableTo = askedImplementations(args.values('portable-to'));
    if (args.on('dry-run') && !args.on('fix')) throw new UsageError('--dry-run belongs to --fix');
    if (args.positionals.length === 0 && isAboutCluster(args)) return ofCluster(args, portableTo);
    const asked = { portableTo, inputs: requireInputs(args.positionals), args };
    if (args.on('watch')) return watch(asked);
    const source = openFileSource(asked.inputs);
    let snapshot = await source.read();
    if (args.on('fix')) {
      const fixed = await fixedFiles(snapshot);
      if (args.on('dry-run')) return dryRun(fixed);
      for (const line of fixed.flatMap(write)) process.stderr.write(`${line}\n`);
      if (fixed.length > 0) snapshot = await openFileSource(asked.inputs).read();
    }
    return report(snapshot, asked);
  },
};

interface Asked {
  readonly args: Arguments;
  readonly inputs: readonly string[];
  readonly portableTo: readonly string[];
}

function isAboutCluster(args: Arguments): boolean {
  return isPlugin || args.value('context') !== undefined || args.value('kubeconfig') !== undefined;
}

async function ofCluster(args: Arguments, portableTo: readonly string[]): Promise<number> {
  const odd = ['fix', 'watch'].find((it) => args.on(it));
  if (odd !== undefined) throw new UsageError(`--${odd} is for files`);
  const { knownInCluster } = await import('../cluster-known.ts');
  const { findings, model } = lintKnown(await knownInCluster(await accessFrom(args)), portableTo);
  return printed(findings, model.skipped, args);
}

/** Prints what is found; resolves to the exit code. */
function report(snapshot: Snapshot, { args, portableTo }: Asked): number {
  const { findings, model } = lintFindings(snapshot, nativeSettings({ strict: args.on('strict') }), portableTo);
  return printed(snapshot.objects.length === 0 && findings.length === 0 ? [nothingRead(args.positionals)] : findings, model.skipped, args);
}

function printed(findings: readonly Finding[], skipped: ReadonlyMap<string, number>, args: Arguments): number {
  print(findings.toSorted(byPlace), skipped, args.value('output') ?? 'text');
  const least = gravity[(args.value('fail-on') ?? 'warning') as Severity];
  return findings.some((it) => gravity[it.severity] >= least) ? 1 : 0;
}

/** As files are read: by file, line and column; what has no place comes first, in the order in which it was found. */
function byPlace({ position: a }: Finding, { position: b }: Finding): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}

/** Reports at each change; resolves to the code of the last report. */
async function watch(asked: Asked): Promise<number> {
  if (asked.inputs.includes('-')) throw new UsageError('--watch follows files; standard input ends');
  const ending = interruption();
  let code = 0;
  const once = (snapshot: Snapshot): void => {
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    code = report(snapshot, asked);
  };
  const source = openFileSource(asked.inputs);
  once(await source.read());
  const following = await source.watch(once);
  if (!ending.aborted) await new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve(), { once: true }));
  await following.close();
  return code;
}

function dryRun(fixed: readonly FixedFile[]): number {
  process.stdout.write(fixed.map(({ file, before, after }) => unifiedDiff(file, before, after)).join(''));
  for (const { file, problem } of fixed) if (problem !== undefined) process.stderr.write(`${file}: not mended: ${problem}\n`);
  return fixed.length === 0 ? 0 : 1;
}

/** Writes a file that was mended; what was done, in lines. */
function write({ file, after, lines, problem }: FixedFile): string[] {
  if (problem !== undefined) return [`${file}: not mended: ${problem}`];
  writeFileSync(file, after);
  return lines.map((it) => `mended: ${it}`);
}

/** A check of nothing must not look like a check that passed: in a pipeline the command before may have failed. */
function nothingRead(inputs: readonly string[]): Finding {
  const hint = inputs.includes('-') ? 'look whether the command before the pipe failed; set -o pipefail makes the shell say so' : 'name the files that hold the manifests';
  return { code: 'file-unreadable', severity: 'warning', message: `${inputs.join(', ')}: there is no document to check`, hint };
}

function print(findings: readonly Finding[], skipped: ReadonlyMap<string, number>, format: string): void {
  switch (format) {
    case 'json': process.stdout.write(toJson(findings)); return;
    case 'sarif': process.stdout.write(toSarif(findings)); return;
    case 'junit': process.stdout.write(toJunit(findings)); return;
    case 'github': process.stdout.write(toGithub(findings)); return;
    default: {
      process.stdout.write(lintText(findings, skipped, paletteFor(process.stdout)));
    }
  }
}
