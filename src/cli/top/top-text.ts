import type { Palette } from '../colour.ts';
import { columns } from '../columns.ts';
import { totalOf, type TrafficRow } from './traffic.ts';

export interface TopFrame {
  readonly rows: readonly TrafficRow[];
  /** Requests that have not ended. */
  readonly active: number;
  readonly byRoute: boolean;
  /** What the first column is about, and how it is sorted. */
  readonly title: string;
}

/** A table of traffic; `most` rows at most. */
export function topText({ rows, active, byRoute, title }: TopFrame, palette: Palette, most: number): string {
  const total = totalOf(rows);
  const summary = `${title}: ${rateText(total.rate)} requests/s, ${rateText(total.failed)} failed/s, ${rateText(total.refused)} refused/s, mean ${msText(total.mean)}, ${active} open`;
  const shown = rows.slice(0, most);
  const [head = '', ...lines] = aligned([
    [byRoute ? 'ROUTE' : 'LISTENER → BACKEND', 'REQ/S', '5XX/S', '4XX/S', 'ERRORS', 'MEAN', 'P50', 'P99'],
    ...shown.map((it) => [it.name, rateText(it.rate), rateText(it.failed), rateText(it.refused), `${((it.failed / it.rate) * 100).toFixed(1)}%`, msText(it.mean), msText(it.p50), msText(it.p99)]),
  ]);
  const painted = lines.map((line, index) => (shown[index]!.failed > 0 ? palette.red(line) : line));
  const more = rows.length > most ? [palette.dim(`… and ${rows.length - most} more`)] : [];
  const none = rows.length === 0 ? [palette.dim('no requests')] : [];
  const hint = byRoute ? [] : [palette.dim('begin the program with --metrics-by-route to see routes')];
  return `${[palette.bold(summary), '', palette.dim(head), ...painted, ...none, ...more, ...hint].join('\n')}\n`;
}

/** Numbers stand right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  return columns(rows.map((row) => row.map((cell, index) => (index === 0 ? cell : cell.padStart(widths[index]!)))));
}

function rateText(rate: number): string {
  if (!Number.isFinite(rate)) return '-';
  return rate >= 100 || rate === 0 ? rate.toFixed(0) : rate.toFixed(1);
}

function msText(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return '-';
  if (ms >= 10_000) return `${(ms / 1000).toFixed(0)} s`;
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
