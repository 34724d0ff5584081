/**
 * `npm run screenshots [-- NAME…]`: pictures of the console for the documentation: its pages, and the map of each scenario as `postern serve`
 * serves it, with the requests of its checks. Needs Chromium (or one in $CHROMIUM). Writes docs/console/*.webp and docs/console/scenarios.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser } from '../test/console/browser.ts';
import { Certificates } from '../test/scenarios/certificates.ts';
import { checkRequest } from '../test/scenarios/check-request.ts';
import type { Scenario } from '../test/scenarios/check.ts';
import { editFor } from '../test/scenarios/given.ts';
import { loadScenarios } from '../test/scenarios/load-scenarios.ts';
import { ServeProcess } from '../test/scenarios/serve-process.ts';
import { prepare, serveFor } from '../test/scenarios/world.ts';
import { bundleConsole } from './bundle-console.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs/console');

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A page as WebP, which a browser makes by itself. */
async function shoot(browser: Browser, origin: string, { name, path, colorScheme = 'light', width = 1200, height = 720 }: Shot): Promise<void> { // oxlint-disable-line max-params -- with what, where, which.
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${origin}/console/${path}`);
  await settled(page);
  const png = (await page.screenshot()).toString('base64');
  await page.goto('about:blank');
  const webp = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.72);
  })()`);
  const bytes = Buffer.from(webp.slice(webp.indexOf(',') + 1), 'base64');
  writeFileSync(join(folder, `${name}.webp`), bytes);
  await page.close();
  console.log(`${name}.webp ${(bytes.length / 1024).toFixed(0)} kB`);
}

/** Until nothing is waited for, lines are drawn, and the newest figures are there. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText(/revision \d/).first().waitFor();
  for (const waiting of ['main:has-text("Looking…")', '.coming >> nth=0']) await page.locator(waiting).waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))');
  await page.waitForTimeout(400);
}

async function scenarioShots(browser: Browser, scenarios: readonly Scenario[]): Promise<string[]> {
  const certificates = await Certificates.make();
  const lines: string[] = [];
  try {
    for (const scenario of scenarios) {
      const title = /^# (.+)$/m.exec(readFileSync(join(scenario.folder, 'README.md'), 'utf8'))?.[1] ?? scenario.name;
      await serveFor(scenario, { manifests: await prepare(scenario, certificates), certificates, flags: [...(scenario.name.startsWith('20-') ? ['--strict'] : []), '--metrics-by-route', '--admin', '127.0.0.1:0'] }, async (world) => {
        const { address, port } = await world.serving.admin();
        const origin = `http://${address}:${port}`;
        // The first look begins to count.
        await fetch(`${origin}/console/api/traffic`);
        await send(scenario, world);
        await shoot(browser, origin, { name: scenario.name, path: 'map', height: 520 });
      });
      lines.push(`## ${title}`, '', `![The map of scenario ${scenario.name}](${scenario.name}.webp)`, '');
    }
  } finally {
    await certificates.discard();
  }
  return lines;
}

/** The requests of its checks; whether they get what the checks want is for `npm run scenarios` to say. */
async function send({ checks }: Scenario, world: Parameters<Parameters<typeof serveFor>[2]>[0]): Promise<void> {
  for (const check of checks.filter(({ request, given }) => request !== undefined && (given === undefined || editFor(given) === undefined))) {
    for (let time = 0; time < 3; time++) await checkRequest(check, world).catch((error: unknown) => void String(error));
  }
}

/** A few pages with something to see: a broken route, and traffic of which some fails. */
async function pageShots(browser: Browser): Promise<void> {
  const serving = await ServeProcess.start('test/console/shop', { flags: ['--metrics-by-route', '--admin', '127.0.0.1:0'] });
  try {
    const { address, port } = await serving.admin();
    const origin = `http://${address}:${port}`;
    await fetch(`${origin}/console/api/traffic`);
    const target = serving.open('shop/web', 80);
    const until = Date.now() + 60_000;
    while (Date.now() < until) {
      const wave = 6 + Math.round(5 * Math.sin(Date.now() / 4000));
      await Promise.all(Array.from({ length: wave }, (_, index) => fetch(`http://${target.address}:${target.port}${['/', '/cart', '/cart/items', '/pay', '/nowhere'][index % 5]}`, { headers: { 'x-n': String(index) } }).then((it) => it.text(), () => undefined)));
      await new Promise((done) => { setTimeout(done, 60); });
    }
    const request = 'request?url=http://shop.example.com/carts';
    await shoot(browser, origin, { name: 'overview', path: '' });
    await shoot(browser, origin, { name: 'map', path: 'map', colorScheme: 'dark', height: 600 });
    await shoot(browser, origin, { name: 'object', path: 'object/httproute/shop/blog' });
    await shoot(browser, origin, { name: 'request', path: request });
    await shoot(browser, origin, { name: 'traffic', path: 'traffic' });
    await shoot(browser, origin, { name: 'configuration', path: 'configuration/ir?key=httproute%2Fshop%2Fshop%2F0%2F0', colorScheme: 'dark' });
    await shoot(browser, origin, { name: 'narrow', path: request, width: 420, height: 800 });
  } finally {
    await serving.stop();
  }
}

if (noBrowser !== false) {
  console.error(noBrowser);
  process.exit(2);
}
const wanted = process.argv.slice(2);
// Places of files are shown as they were typed.
process.chdir(root);
mkdirSync(folder, { recursive: true });
await bundleConsole(join(root, 'dist/console'));
const browser = await openBrowser();
try {
  if (wanted.length === 0 || wanted.includes('pages')) await pageShots(browser);
  const lines = await scenarioShots(browser, await loadScenarios(wanted));
  if (wanted.length === 0) writeFileSync(join(folder, 'scenarios.md'), ['# The scenarios in the console', '', 'The map of each scenario, made by `npm run screenshots`. [console.md](../console.md) says what the console shows.', '', ...lines].join('\n'));
} finally {
  await browser.close();
}
