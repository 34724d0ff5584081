import type { VNode } from 'preact';
import type { TrafficSeries } from './shapes.ts';

interface PlotProps {
  readonly series: TrafficSeries | null | undefined;
  /** How many steps the plot is wide. */
  readonly steps?: number;
  readonly label: string;
  readonly size?: 'small' | 'large';
}

const box = { small: { width: 120, height: 28 }, large: { width: 720, height: 120 } } as const;

/** Requests a second as a line, what failed of them as an area below it. */
export function Plot({ series, steps = 90, label, size = 'small' }: PlotProps): VNode {
  const { width, height } = box[size];
  const rate = series?.rate ?? [];
  // What is refused stands on what failed.
  const refusedOrFailed = (series?.refused ?? []).map((it, index) => it + (series?.failed[index] ?? 0));
  const top = Math.max(...rate, 0.001);
  const at = (values: readonly number[], index: number): string => `${round(width - (values.length - 1 - index) * (width / (steps - 1)))},${round(height - 1 - ((values[index] ?? 0) / top) * (height - 4))}`;
  const line = (values: readonly number[]): string => values.map((_, index) => at(values, index)).join(' ');
  const area = (values: readonly number[]): string => (values.some((it) => it > 0) ? `${line(values)} ${width},${height} ${round(width - (values.length - 1) * (width / (steps - 1)))},${height}` : '');
  return (
    <svg class={`plot ${size}`} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label}: ${spoken(series)}`} preserveAspectRatio="none">
      <line class="axis" x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      {rate.length === 0 ? null : <><polygon class="all" points={area(rate)} /><polygon class="refused" points={area(refusedOrFailed)} /><polygon class="failed" points={area(series?.failed ?? [])} /><polyline class="rate" points={line(rate)} /></>}
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The newest figures in words. */
export function spoken(series: TrafficSeries | null | undefined): string {
  if (series === null || series === undefined) return 'no requests in the last minutes';
  const mean = (values: readonly number[]): number => values.reduce((sum, it) => sum + it, 0) / Math.max(1, values.length);
  const failed = mean(series.failed);
  return `${rateText(series.rate.at(-1) ?? 0)} now, ${rateText(mean(series.rate))} on average${failed > 0 ? `, ${shareText(failed, mean(series.rate))} of them failed` : ''}`;
}

export function rateText(rate: number): string {
  return `${rate >= 100 ? Math.round(rate) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(rate === 0 ? 0 : 2)}/s`;
}

export function shareText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0%';
  const percent = (part / whole) * 100;
  return percent < 0.1 ? '<0.1%' : `${percent.toFixed(percent < 10 ? 1 : 0)}%`;
}
