import type { Finding } from '../contract/index.ts';
import { type CaseResult, type Coverage, percentOf, type TestRun } from '../trial/index.ts';
import type { Palette } from './colour.ts';
import { columns } from './columns.ts';
import { formatFinding } from './format-finding.ts';

/** A run, and what of the files could not be read. */
export interface TestOutcome extends TestRun {
  readonly broken: readonly Finding[];
  /** Errors of the manifests. */
  readonly errors: number;
  /** Secrets with certificates that are not among the files, and are taken as there. */
  readonly assumed: readonly string[];
}

export interface TestTextOptions {
  readonly palette: Palette;
  /** Matches that no test reaches are listed. */
  readonly coverage: boolean;
}

/** What `postern test` prints for people: what failed, with what was expected and what is, and how much is reached. */
export function testText({ results, coverage, broken, errors, assumed }: TestOutcome, { palette, coverage: lists }: TestTextOptions): string {
  const failed = results.filter(({ passed }) => !passed);
  const { matches } = coverage;
  const counts = [`${results.length - failed.length} passed`, ...(failed.length === 0 ? [] : [`${failed.length} failed`])].join(', ');
  const paint = failed.length + broken.length === 0 ? palette.green : palette.red;
  return [
    ...broken.map((it) => `${formatFinding(it, palette)}\n`),
    ...failed.flatMap((it) => failureLines(it, palette)),
    ...(lists ? coverageLines(coverage, palette) : []),
    ...(assumed.length === 0 ? [] : [palette.dim(`certificates that are not in the files are taken as there: Secret ${assumed.join(', ')}`)]),
    ...(errors === 0 ? [] : [palette.yellow(`the manifests have ${errors} ${errors === 1 ? 'error' : 'errors'}; postern lint tells ${errors === 1 ? 'it' : 'them'}`)]),
    ...(results.length === 0 ? [] : [`${paint(counts)}; they reach ${coverage.rules.reached} of ${coverage.rules.all} rules and ${matches.reached} of ${matches.all} matches (${percentOf(matches)}%)`]),
    '',
  ].join('\n');
}

function failureLines({ place, test, name, request, headers, faults, because }: CaseResult, palette: Palette): string[] {
  const shown = [request, ...Object.entries(headers).map(([header, value]) => `-H '${header}: ${value}'`)].join(' ');
  return [
    `${palette.bold(place)} ${palette.red('failed')} ${test}: ${name}`,
    ...(name.endsWith(request) && Object.keys(headers).length === 0 ? [] : [`  ${shown}`]),
    ...columns(faults.flatMap((it) => [[`  expected ${it.field}`, it.expected], ['  but', palette.red(it.actual)]])),
    ...(because === undefined ? [] : [palette.dim(`  because ${because}`)]),
    '',
  ];
}

function coverageLines({ all }: Coverage, palette: Palette): string[] {
  const missed = all.filter(({ isReached }) => !isReached);
  if (missed.length === 0) return [];
  return ['no test reaches:', ...columns(missed.map(({ place, rule, match }) => [`  ${palette.bold(place ?? '-')}`, rule, match ?? ''])), ''];
}
