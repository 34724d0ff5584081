import { formatPosition, type Finding } from '../contract/index.ts';
import type { Palette } from './colour.ts';

/**
 * A finding for people: `file:line:column severity [code] message`, the source line with a mark under the place, and what to do.
 */
export function formatFinding(finding: Finding, palette: Palette): string {
  const { position, severity, code, message, hint } = finding;
  const where = position === undefined ? '' : `${palette.bold(formatPosition(position))} `;
  const paint = { error: palette.red, warning: palette.yellow, info: palette.cyan }[severity];
  const lines = [`${where}${paint(severity)} ${palette.dim(`[${code}]`)} ${message}`, ...excerptLines(finding, palette)];
  if (hint !== undefined) lines.push(`  ${palette.green('→')} ${hint}`);
  return lines.join('\n');
}

function excerptLines({ position, excerpt }: Finding, palette: Palette): string[] {
  if (position === undefined || excerpt === undefined) return [];
  const number = String(position.line);
  const bar = palette.dim('|');
  // Columns count characters; a tab before the mark stays a tab, so that the mark stands under its place.
  const indent = excerpt.slice(0, position.column - 1).replaceAll(/[^\t]/g, ' ');
  const mark = position.column - 1 <= excerpt.length ? [`  ${' '.repeat(number.length)} ${bar} ${indent}${palette.red('^')}`] : [];
  return [`  ${palette.dim(number)} ${bar} ${excerpt}`, ...mark];
}

/** `2 errors, 1 warning`, or `no findings`. */
export function countFindings(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((it) => it.severity === severity).length;
    const name = severity === 'info' ? 'note' : severity;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** One quiet line for all objects of kinds that Postern does not read, or undefined. */
export function skippedLine(skipped: ReadonlyMap<string, number>): string | undefined {
  if (skipped.size === 0) return undefined;
  return `skipped: ${[...skipped].map(([type, count]) => (count === 1 ? type : `${count} × ${type}`)).join(', ')}`;
}

/** What `postern lint` prints for people. */
export function lintText(findings: readonly Finding[], skipped: ReadonlyMap<string, number>, palette: Palette): string {
  const quiet = skippedLine(skipped);
  const lines = [...findings.map((finding) => formatFinding(finding, palette)), ...(quiet === undefined ? [] : [palette.dim(quiet)]), countFindings(findings)];
  return `${lines.join('\n')}\n`;
}
