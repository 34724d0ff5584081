import { nothingToMend, type ObjectExplanation, type RequestExplanation } from '../explain/index.ts';
import type { Palette } from './colour.ts';
import { columns } from './columns.ts';
import type { LoggedRequest } from './logged-request.ts';

/** Rules that do not match are many where routes are; the rest is in the JSON. */
const mostMisses = 12;

/** An explanation for people: what happens, why, and what to do in the first three lines. */
export function explanationText(it: RequestExplanation, palette: Palette): string {
  const isGood = it.mend === nothingToMend;
  return [
    `${palette.bold(it.asked)} → ${isGood ? palette.green(it.answer) : palette.red(it.answer)}`,
    `  cause: ${it.cause}`,
    `  mend:  ${it.place === undefined ? '' : `${palette.bold(it.place)} `}${it.mend}`,
    ...it.warnings.map((text) => `  ${palette.yellow('warning:')} ${text}`),
    '', ...wayLines(it), ...ruleSection(it, palette), ...stepSection(it, palette), ...targetSection(it, palette), '',
  ].join('\n');
}

function wayLines({ gateway, listener, socket, certificate, answerHeaders = [] }: RequestExplanation): string[] {
  const rows = [['gateway', gateway], ['listener', listener], ['bound to', socket], ['certificate', certificate], ...answerHeaders.map((it) => ['answers with', it])];
  return columns(rows.flatMap(([label = '', words]) => (words === undefined ? [] : [[label, words]])));
}

function ruleSection({ rules, decision }: RequestExplanation, palette: Palette): string[] {
  if (rules.length === 0) return [];
  const misses = rules.filter(({ result }) => result === 'not');
  // Those that fail late are nearer to what was meant than those of another host.
  const shown = new Set([...misses].sort((a, b) => lateness(b.why) - lateness(a.why)).slice(0, mostMisses));
  const kept = rules.filter((it) => it.result !== 'not' || shown.has(it));
  const lines = columns(kept.map((it) => [`  ${marks[it.result]} ${it.rule}`, it.match, it.result === 'takes' ? 'takes it' : it.result === 'too' ? 'would take it too' : it.why ?? '']));
  const left = rules.length - kept.length;
  return [
    '', 'rules, in order of precedence:', ...lines.map((line, index) => (kept[index]!.result === 'takes' ? palette.green(line) : kept[index]!.result === 'too' ? line : palette.dim(line))),
    ...(left > 0 ? [palette.dim(`  and ${left} more that do not match; -o json has all`)] : []),
    ...(decision === undefined ? [] : [`  it goes first because ${decision.words}.`]),
  ];
}

const marks = { takes: '✓', too: '·', not: '✗' } as const;

function lateness(why = ''): number {
  if (why.startsWith('host ')) return 0;
  return why.startsWith('path ') ? 1 : 2;
}

function stepSection({ steps, targets }: RequestExplanation, palette: Palette): string[] {
  const lines = steps.length > 0 ? steps : targets[0]?.steps.filter(({ of }) => of === 'rule') ?? [];
  return lines.length === 0 ? [] : ['', 'filters of the rule, in order:', ...lines.flatMap((it) => stepText(it, '  ', palette))];
}

function stepText({ filter, changes }: RequestExplanation['steps'][number], indent: string, palette: Palette): string[] {
  return [`${indent}${filter}`, ...changes.map((it) => palette.dim(`${indent}  ${it}`))];
}

function targetSection({ targets }: RequestExplanation, palette: Palette): string[] {
  if (targets.length === 0) return [];
  return ['', 'backends:', ...targets.flatMap((it) => [
    `  ${it.percent}% ${it.backend}${it.way === '' ? '' : `, ${it.way}`}${it.instead === undefined ? '' : palette.red(`  gets ${it.instead}`)}`,
    ...it.steps.filter(({ of }) => of === 'target').flatMap((step) => stepText(step, '    ', palette)),
    ...(it.sent === undefined ? [] : [palette.dim(`    gets ${it.sent.method} ${it.sent.target}, host ${it.sent.host}`)]),
    ...it.endpoints.slice(0, 5).map((endpoint) => palette.dim(`    endpoint ${endpoint}`)),
    ...(it.endpoints.length > 5 ? [palette.dim(`    and ${it.endpoints.length - 5} more endpoints`)] : []),
  ])];
}

/** Why an object is in its state, for people. */
export function objectText({ object, state, isGood, cause, mend, place, also, parts }: ObjectExplanation, palette: Palette): string {
  const lines = columns(parts.map((it) => [`  ${signs[it.state]} ${it.object}`, it.words]));
  return [
    `${palette.bold(object)}: ${isGood ? palette.green(state) : palette.red(state)}`,
    `  cause: ${cause}`,
    `  mend:  ${place === undefined ? '' : `${palette.bold(place)} `}${mend}`,
    ...also.map((text) => `  ${palette.yellow('also:')}  ${text}`),
    ...(parts.length === 0 ? [] : ['', 'what takes part:', ...lines.map((line, index) => (parts[index]!.state === 'bad' ? palette.red(line) : line))]), '',
  ].join('\n');
}

const signs = { good: '✓', bad: '✗', note: '·' } as const;

/** What the access log says of a request. */
export function loggedText({ time, id, written, facts }: LoggedRequest, palette: Palette): string {
  return [`${palette.bold(`request ${id}`)} at ${time}: ${written.method} ${written.url}`, ...facts.map((it) => `  ${it}`), '', ''].join('\n');
}
