/** What an edit costs over the number of routes, as lines: an SVG that is readable on light and dark pages. */

/** One kind of edit; `y` is in milliseconds. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly routes: number; readonly ms: number }[];
}

/** What took no time that could be measured is drawn here. */
const leastMs = 0.01;
const [width, height] = [880, 360];
const [left, right, top, bottom] = [60, 190, 48, 44];

/** Colours are CSS so that the page's scheme chooses them; dashes tell the lines apart for those who do not see hues. */
const style = `text{font:12px system-ui,sans-serif;fill:#1f2328}.quiet{fill:#59636e}.grid{stroke:#d1d9e0}
.l0,.l1,.l2,.l3,.l4,.l5{fill:none;stroke-width:2}.l0{stroke:#0b57d0}.l1{stroke:#b3261e;stroke-dasharray:6 3}.l2{stroke:#4c9a5f;stroke-dasharray:2 3}.l3{stroke:#8a6d00;stroke-dasharray:9 3 2 3}.l4{stroke:#7b3fb3;stroke-dasharray:1 4}.l5{stroke:#0f7b8a;stroke-dasharray:12 4}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.grid{stroke:#3d444d}.l0{stroke:#6ea8fe}.l1{stroke:#ff8a80}.l2{stroke:#81c995}.l3{stroke:#e8d06c}.l4{stroke:#c9a0f0}.l5{stroke:#6cc7d4}}`;

/** Both axes are logarithmic, so that a line that does not rise costs the same with any number of routes. */
export function scalePlot(measured: readonly Line[], title: string): string {
  const lines = measured.map(({ name, points }) => ({ name, points: points.map(({ routes, ms }) => ({ routes, ms: Math.max(ms, leastMs) })) }));
  const all = lines.flatMap(({ points }) => points);
  const [fewest, most] = [Math.min(...all.map(({ routes }) => routes)), Math.max(...all.map(({ routes }) => routes))];
  const lowest = 10 ** Math.floor(Math.log10(Math.min(...all.map(({ ms }) => ms))));
  const highest = 10 ** Math.ceil(Math.log10(Math.max(...all.map(({ ms }) => ms))));
  const x = (routes: number): number => left + (width - left - right) * share(routes, fewest, most);
  const y = (ms: number): number => height - bottom - (height - top - bottom) * share(ms, lowest, highest);
  const parts = [`<text x="${left}" y="20">${escaped(title)}</text><text class="quiet" x="${left}" y="36">milliseconds (up) by routes (right), both logarithmic</text>`];
  for (let ms = lowest; ms <= highest * 1.001; ms *= 10) parts.push(`<path class="grid" d="M${left} ${y(ms).toFixed(1)}H${width - right}"/><text class="quiet" x="${left - 8}" y="${(y(ms) + 4).toFixed(1)}" text-anchor="end">${Number(ms.toPrecision(1))}</text>`);
  for (const routes of new Set(all.map((it) => it.routes))) parts.push(`<text class="quiet" x="${x(routes).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${routes.toLocaleString('en')}</text>`);
  lines.forEach(({ name, points }, at) => {
    const last = points.at(-1)!;
    parts.push(`<path class="l${at}" d="M${points.map(({ routes, ms }) => `${x(routes).toFixed(1)} ${y(ms).toFixed(1)}`).join('L')}"/>`);
    const row = top + 16 * at + 8;
    parts.push(`<path class="l${at}" d="M${width - right + 12} ${row}h26"/><text x="${width - right + 44}" y="${row + 4}">${escaped(name)} ${last.ms.toFixed(1)}</text>`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}"><style>${style}</style>${parts.join('\n')}</svg>\n`;
}

function share(value: number, least: number, most: number): number {
  return most === least ? 0 : Math.log(value / least) / Math.log(most / least);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (it) => `&#${it.charCodeAt(0)};`);
}
