import type { Outcome } from './check.ts';

const longestNote = 160;
const results = ['passed', 'failed', 'skipped'] as const;

/** The outcomes as aligned rows, then how many there are of each, one line. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ scenario, check, result, note }) => [scenario, result, note === undefined ? check : `${check}  (${shortened(note, result)})`]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  return [...lines, '', ...totalsByReason(outcomes), countLine(outcomes), ''].join('\n');
}

/** `N passed, N failed, N skipped`. */
export function countLine(outcomes: readonly Outcome[]): string {
  return results.map((result) => `${outcomes.filter((outcome) => outcome.result === result).length} ${result}`).join(', ');
}

function totalsByReason(outcomes: readonly Outcome[]): string[] {
  const totals = new Map<string, number>();
  for (const { result, note = '' } of outcomes) if (result === 'skipped') totals.set(note, (totals.get(note) ?? 0) + 1);
  return [...totals].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${String(count).padStart(4)} skipped: ${reason}`);
}

/** A failure is shown whole. */
function shortened(note: string, result: Outcome['result']): string {
  const line = note.replaceAll('\n', ' ⏎ ');
  return result === 'failed' || line.length <= longestNote ? line : `${line.slice(0, longestNote)}…`;
}

/** A row for each scenario with its counts, in Markdown. */
export function countsByScenario(outcomes: readonly Outcome[]): string {
  const names = [...new Set(outcomes.map(({ scenario }) => scenario))];
  const rows = names.map((name) => {
    const its = outcomes.filter(({ scenario }) => scenario === name);
    return `| ${[name, ...results.map((result) => its.filter((it) => it.result === result).length)].join(' | ')} |`;
  });
  return ['| scenario | passed | failed | skipped |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** What failed, a line each. */
export function failureLines(outcomes: readonly Outcome[]): string {
  return outcomes.filter(({ result }) => result === 'failed').map(({ check, note = '' }) => `  failed: ${check}: ${note}\n`).join('');
}
