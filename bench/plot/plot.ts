/** CPU of each proxy beside Envoy's, as bars: an SVG that is readable on light and dark pages. */
import type { Row } from '../report.ts';
import type { Workload } from '../workloads.ts';

const width = 860;
const left = 190;
const barHeight = 13;
const gap = 14;
const top = 74;
/** Bars end here; a longer one says its ratio all the same. */
const mostRatio = 2;
const fullBar = width - left - 120;

const proxies = ['postern', 'envoy', 'nginx', 'haproxy'] as const;

/** Colours are CSS so that the page's scheme chooses them; they differ in lightness too, for those who do not see hues. */
const style = `text{font:12px system-ui,sans-serif;fill:#1f2328}.quiet{fill:#59636e}.line{stroke:#59636e;stroke-dasharray:3 3}
.postern{fill:#0b57d0}.envoy{fill:#b3261e}.nginx{fill:#4c9a5f}.haproxy{fill:#b59a2c}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.line{stroke:#9198a1}.postern{fill:#6ea8fe}.envoy{fill:#ff8a80}.nginx{fill:#81c995}.haproxy{fill:#e8d06c}}`;

export interface PlotOptions {
  readonly workloads: readonly Workload[];
  /** A line on machine and versions. */
  readonly about: string;
}

/** Workloads that Envoy did not run are left out. */
export function plot(rows: readonly Row[], { workloads, about }: PlotOptions): string {
  const parts: string[] = [];
  let y = top;
  for (const workload of workloads) {
    const own = rows.filter((row) => row.workload === workload.name);
    const envoy = own.find((row) => row.proxy === 'envoy');
    if (envoy === undefined) continue;
    parts.push(text({ x: left - 10, y: y + 11, end: true }, workload.name), text({ x: left - 10, y: y + 26, end: true, quiet: true }, `µs a ${workload.unit}`));
    for (const proxy of proxies) {
      const row = own.find((one) => one.proxy === proxy);
      if (row === undefined) continue;
      parts.push(bar(y, row, row.cpuUsPerRequest / envoy.cpuUsPerRequest));
      y += barHeight;
    }
    y += gap;
  }
  return document(parts, y, about);
}

function bar(y: number, row: Row, ratio: number): string {
  const length = (Math.min(ratio, mostRatio) / mostRatio) * fullBar;
  const label = `${ratio.toFixed(2)} × (${row.cpuUsPerRequest.toFixed(row.cpuUsPerRequest < 1000 ? 1 : 0)} µs)`;
  return `<rect class="${row.proxy}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight - 2}"/>${text({ x: left + length + 6, y: y + 10, quiet: true }, label)}`;
}

function document(parts: readonly string[], bottom: number, about: string): string {
  const one = left + fullBar / mostRatio;
  const legend = proxies.map((proxy, i) => `<rect class="${proxy}" x="${left + i * 90}" y="${top - 26}" width="11" height="11"/>${text({ x: left + 16 + i * 90, y: top - 16 }, proxy)}`);
  const height = bottom + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="CPU per request of four proxies beside Envoy's">
<style>${style}</style>
${text({ x: 10, y: 20 }, 'CPU of the proxy beside Envoy (1.00), less is better')}
${text({ x: 10, y: 38, quiet: true }, about.length > 125 ? `${about.slice(0, 125)}…` : about)}
${legend.join('\n')}
<line class="line" x1="${one}" x2="${one}" y1="${top - 4}" y2="${bottom - gap + 4}"/>
${parts.join('\n')}
</svg>
`;
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly quiet?: true;
  /** `x` is where the text ends. */
  readonly end?: true;
}

function text({ x, y, quiet, end }: TextPlace, content: string): string {
  const escaped = content.replace(/[&<>]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[letter]!);
  return `<text${quiet === true ? ' class="quiet"' : ''} x="${x.toFixed(1)}" y="${y}"${end === true ? ' text-anchor="end"' : ''}>${escaped}</text>`;
}
