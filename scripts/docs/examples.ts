import { endpointFindings } from '../../src/attach/index.ts';
import { compile } from '../../src/controller/index.ts';
import type { FindingCode } from '../../src/contract/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { lintFindings } from '../../src/cli/lint-findings.ts';
import { formatFinding } from '../../src/cli/format-finding.ts';
import type { Fence } from './markdown.ts';

const same = (text: string): string => text;
const plain = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };

export interface Outcome {
  readonly codes: readonly FindingCode[];
  /** What lint prints, without its count. */
  readonly text: string;
}

/** What Postern says of a `yaml` block; `strict` in its info string is --strict, `portable-to=NAME` is --portable-to, `serve` adds what only serve looks at. */
export async function outcomeOf({ info, text }: Fence): Promise<Outcome> {
  const words = new Set(info.split(' '));
  const portableTo = [...words].flatMap((it) => (it.startsWith('portable-to=') ? it.slice('portable-to='.length).split(',') : []));
  const snapshot = await openFileSource(['-'], { stdin: (async function* () { yield `${text}\n`; })() }).read();
  const compiled = compile(snapshot, nativeSettings({ strict: words.has('strict') }));
  const settings = nativeSettings({ strict: words.has('strict') });
  const findings = [...lintFindings(snapshot, settings, portableTo).findings, ...(words.has('serve') ? endpointFindings(compiled.dangling, compiled.graph) : [])];
  return {
    codes: findings.map((it) => it.code),
    text: findings.map((it) => formatFinding(it, plain)).join('\n').replaceAll('<stdin>', 'web.yaml'),
  };
}

/** Each `yaml` block with the `text` block that follows it and holds what Postern prints. */
export function examplesOf(fences: readonly Fence[]): { readonly input: Fence; readonly output: Fence }[] {
  return fences.flatMap((input, index) => {
    const output = fences[index + 1];
    return /^yaml\b/.test(input.info) && output?.info === 'text' ? [{ input, output }] : [];
  });
}
