import type { Finding, Severity } from '../../contract/index.ts';
import { openFileSource } from '../../source/index.ts';
import { paletteFor } from '../colour.ts';
import type { Arguments, Command } from '../command.ts';
import { lintText } from '../format-finding.ts';
import { requireInputs } from '../inputs.ts';
import { lintFindings } from '../lint-findings.ts';
import { toGithub, toJson, toJunit, toSarif } from '../lint-formats.ts';
import { nativeSettings } from '../settings.ts';

const gravity: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

export const lint: Command = {
  name: 'lint',
  summary: 'Check manifests without serving them.',
  usage: 'PATH… [options]',
  description: 'Checks syntax, schema, validation rules, references and attachment of every object, as an API server and a controller would.\nExit code 0: nothing to mend; 1: findings; 2: wrong usage.',
  options: {
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json', 'sarif', 'github', 'junit'], help: 'How findings are printed.' },
    'fail-on': { value: 'SEVERITY', choices: ['error', 'warning', 'info'], help: 'The least severity that makes the exit code 1; warning if not given.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern lint ./manifests', 'check a folder'],
    ['kustomize build . | postern lint -', 'check what a pipeline makes'],
    ['postern lint ./manifests -o sarif > postern.sarif', 'for code scanning'],
  ],
  async run(args: Arguments): Promise<number> {
    const snapshot = await openFileSource(requireInputs(args.positionals)).read();
    const { findings: found, model } = lintFindings(snapshot, nativeSettings({ strict: args.on('strict') }));
    const findings = snapshot.objects.length === 0 && found.length === 0 ? [nothingRead(args.positionals)] : found;
    print(findings, model.skipped, args.value('output') ?? 'text');
    const least = gravity[(args.value('fail-on') ?? 'warning') as Severity];
    return findings.some((it) => gravity[it.severity] >= least) ? 1 : 0;
  },
};

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
