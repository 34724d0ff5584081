/** A real browser for tests of the console; undefined where the machine has none. */
import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

export const program: string | undefined = places.find((it) => it !== '' && existsSync(it));
/** For tests: why they are skipped, or false. */
export const noBrowser: string | false = program === undefined ? 'there is no Chromium here: install it, or name one in $CHROMIUM' : false;

export async function openBrowser(): Promise<Browser> {
  // Containers mostly lack what the sandbox needs; the pages are our own.
  return chromium.launch({ ...(program === undefined ? {} : { executablePath: program }), args: ['--no-sandbox'] });
}

/** A page that must not complain, nor ask anybody but the console. */
export async function openPage(t: TestContext, browser: Browser, options: BrowserContextOptions & { readonly origin: string }): Promise<{ readonly page: Page; readonly complaints: string[] }> { // oxlint-disable-line max-params -- whose, where, how.
  const { origin, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: origin, ...rest });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (it) => { if (it.type() === 'error' || it.type() === 'warning') complaints.push(it.text()); });
  page.on('pageerror', (it) => complaints.push(it.message));
  page.on('request', (it) => { if (!it.url().startsWith(origin)) complaints.push(`asks ${it.url()}`); });
  return { page, complaints };
}
