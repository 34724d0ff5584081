/** The console in a real browser: what is drawn, by keyboard alone, for ears and eyes, with 5,000 routes. Skipped where there is no Chromium. */
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { scaleObjects } from '../../bench/scale/objects.ts';
import type { AttachSettings } from '../../src/attach/index.ts';
import { ConsoleViews } from '../../src/cli/console/console-views.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { syntheticObject } from '../../src/cli/synthetic-object.ts';
import { counters, type MetricFamily } from '../../src/contract/index.ts';
import type { Applied } from '../../src/controller/index.ts';
import { brokenCase, caseNames } from '../explain/broken-case.ts';
import { violations } from './accessibility.ts';
import { noBrowser, openBrowser, openPage } from './browser.ts';
import { appliedOf, consoleOf } from './console-of.ts';
import { placeOf } from './place-of.ts';
import { serveConsole } from './served.ts';

const options = { skip: noBrowser, timeout: 300_000 };
const settings = nativeSettings({ strict: false });
let browser: Browser;

before(async () => { if (noBrowser === false) browser = await openBrowser(); });
after(async () => { if (noBrowser === false) await browser.close(); });

interface Shown {
  readonly page: Page;
  readonly complaints: string[];
  /** Another configuration is in force. */
  show(next: Applied): void;
}

interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly of?: AttachSettings;
  readonly metrics?: () => Promise<readonly MetricFamily[]>;
  readonly lines?: readonly string[];
}

async function shown(t: TestContext, first: Applied, { colorScheme = 'light', width = 1280, of = settings, metrics, lines }: Look = {}): Promise<Shown> {
  let applied = first;
  const views = consoleOf(() => applied, { settings: of, ...(metrics === undefined ? {} : { metrics }), ...(lines === undefined ? {} : { lines }), now: () => Date.parse('2026-06-01') });
  t.after(() => views.close());
  const { origin } = await serveConsole(t, () => views);
  const { page, complaints } = await openPage(t, browser, { origin, colorScheme, viewport: { width, height: 800 } });
  return { page, complaints, show: (next) => { applied = next; views.applied(); } };
}

function applied(objects: readonly object[], revision = 1): Applied {
  return appliedOf({ objects: objects.map((it, order) => ({ ...syntheticObject(it), order })), findings: [] }, settings, revision);
}

const api = 'gateway.networking.k8s.io/v1';
const shop: readonly object[] = [
  { apiVersion: api, kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } },
  { apiVersion: api, kind: 'Gateway', metadata: { name: 'web', namespace: 'shop' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } },
  { apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'cart', namespace: 'shop' }, spec: { parentRefs: [{ name: 'web' }], hostnames: ['shop.example.com'], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/cart' } }], backendRefs: [{ name: 'cart', port: 80 }] }] } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } },
];
const lostRoute = { apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'lost', namespace: 'shop' }, spec: { parentRefs: [{ name: 'wbe' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] } };

test('the broken set-ups: the page begins with verdict, cause and mend', options, async (t) => {
  let { snapshot, settings: of } = await brokenCase(t, caseNames[0]!);
  const it = await shown(t, appliedOf(snapshot, of), { of: { ...of } });
  for (const [index, name] of caseNames.entries()) {
    const one = await brokenCase(t, name);
    ({ snapshot, settings: of } = one);
    const next = appliedOf(snapshot, of, index + 2);
    it.show(next);
    const { url } = placeOf(one.asks[0]!, next.model);
    await it.page.goto(url);
    const answer = it.page.locator('.answer').first();
    await answer.getByText('cause', { exact: true }).waitFor();
    for (const part of one.finds) {
      await answer.filter({ hasText: part }).waitFor({ timeout: 10_000 }).catch(async () => assert.fail(`${name}: ${part} is not in: ${await answer.innerText()}`));
    }
    const box = await answer.boundingBox();
    assert.ok(box !== null && box.y < 400, `${name}: the answer is in sight without scrolling`);
  }
  assert.deepEqual(it.complaints, []);
});

test('an edit is on the page without a reload', options, async (t) => {
  const { page, show, complaints } = await shown(t, applied(shop));
  await page.goto('/');
  await page.getByRole('heading', { name: 'Everything is served, and nothing needs mending.' }).waitFor();
  show(applied([...shop, lostRoute], 2));
  await page.getByRole('heading', { name: 'One thing needs mending.' }).waitFor();
  // The mend of the first page was tried, too.
  await page.getByText('Set spec.parentRefs[0].name of HTTPRoute shop/lost to web. Tried: then it works.').waitFor();
  await page.getByText('revision 2').waitFor();
  show(applied(shop, 3));
  await page.getByRole('heading', { name: 'Everything is served, and nothing needs mending.' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('by keyboard alone: search, a request, the map, an object', options, async (t) => {
  const { page, complaints } = await shown(t, applied([...shop, lostRoute]));
  await page.goto('/console/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('shop.example.com/nowhere');
  await page.getByRole('option', { name: 'GET http://shop.example.com/nowhere' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '404 no-route' }).waitFor();
  assert.match(page.url(), /\/console\/request\?url=http%3A%2F%2Fshop\.example\.com%2Fnowhere$/);
  await page.keyboard.press('/');
  await page.keyboard.type('shop.example.com/soon');
  await page.keyboard.press('Enter');
  await page.waitForURL(/request\?url=http%3A%2F%2Fshop\.example\.com%2Fsoon$/);
  await page.keyboard.press('/');
  await page.keyboard.type('lost');
  await page.getByRole('option', { name: 'shop/lost' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'HTTPRoute shop/lost' }).waitFor();
  await page.getByRole('link', { name: 'Map', exact: true }).focus();
  await page.keyboard.press('Enter');
  const boxes = (lane: string): ReturnType<Page['getByRole']> => page.getByRole('region', { name: lane }).getByRole('link');
  await boxes('Endpoints').first().waitFor();
  await boxes('Gateways').first().focus();
  for (const lane of ['Listeners', 'Routes', 'Rules', 'Services', 'Endpoints']) {
    await page.keyboard.press('ArrowRight');
    await page.locator(`section[aria-label="${lane}"]:has(:focus)`).waitFor();
  }
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Service shop/cart' }).waitFor();
  await page.goBack();
  await page.getByText('Choose a box').waitFor();
  assert.deepEqual(complaints, []);
});

test('the list of the search stays open for who leaves the box and is back at once', options, async (t) => {
  const { page, complaints } = await shown(t, applied([...shop, lostRoute]));
  await page.goto('/console/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('lost');
  const found = page.getByRole('option', { name: 'shop/lost' });
  await found.waitFor();
  // Longer than any grace that leaving might have.
  await page.getByRole('combobox').evaluate((box: { blur(): void; focus(): void }) => {
    box.blur();
    box.focus();
    return new Promise((resolve) => { setTimeout(resolve, 300); });
  });
  await found.click();
  await page.getByRole('heading', { level: 1, name: 'HTTPRoute shop/lost' }).waitFor();
  assert.deepEqual(complaints, []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing stands in the way of screen readers or weak eyes: ${colorScheme}`, options, async (t) => {
    let requests = 0;
    const metrics = (): Promise<readonly MetricFamily[]> => Promise.resolve([counters({ name: 'postern_requests_total', help: '' }, [[[['gateway_namespace', 'shop'], ['gateway', 'web'], ['listener', 'http'], ['code_class', requests % 2 === 0 ? '2xx' : '5xx']], requests += 7]])]);
    const lines = [JSON.stringify({ kind: 'request', time: '2026-06-01T00:00:00Z', 'http.request.method': 'GET', 'url.scheme': 'http', 'server.address': 'shop.example.com', 'server.port': 80, 'url.path': '/nowhere', 'http.response.status_code': 404, 'error.type': 'no-route', gateway: 'shop/web', listener: 'http' })];
    const { page, complaints } = await shown(t, applied([...shop, lostRoute]), { colorScheme, metrics, lines });
    for (const path of ['', 'map', 'map?focus=httproute/shop/cart', 'request', 'request?url=http://shop.example.com/cart', 'objects', 'object/httproute/shop/lost', 'traffic', 'certificates', 'planes', 'problems', 'configuration/objects?key=httproute/shop/cart', 'configuration/ir']) {
      await page.goto(`/console/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('load');
      await page.getByText('revision 1').first().waitFor();
      if (path === 'traffic') await page.getByRole('link', { name: 'Why: GET http://shop.example.com/nowhere' }).waitFor();
      assert.deepEqual(await violations(page), [], path);
    }
    assert.deepEqual(complaints, []);
  });
}

test('5,000 routes: the page holds what is in sight, and asks for no more', options, async (t) => {
  const { page, complaints } = await shown(t, applied(scaleObjects({ routes: 5000, sets: 0 })));
  let bytes = 0;
  page.on('response', (it) => { void it.body().then((body) => { bytes += body.length; }, () => undefined); });
  await page.goto('/console/map');
  const routes = page.getByRole('region', { name: 'Routes' });
  await routes.getByRole('link', { name: 'route-0 ' }).first().waitFor();
  await routes.getByRole('link').first().focus();
  await page.keyboard.press('End');
  await routes.getByRole('link', { name: /route-999 / }).waitFor();
  await page.locator(':focus').filter({ hasText: 'route-999' }).waitFor();
  // The lanes behind follow, so that the lines stay in sight.
  await page.getByRole('region', { name: 'Services' }).getByRole('link', { name: /svc-999/ }).waitFor();
  await page.goto('/console/objects?kind=HTTPRoute');
  await page.locator('.list a').first().focus();
  await page.keyboard.press('End');
  await page.getByRole('link', { name: /route-4999/ }).waitFor();
  assert.ok(await page.locator('*').count() < 2500);
  assert.ok(bytes < 600_000, `${bytes} bytes`);
  assert.deepEqual(complaints, []);
});

test('a place is a URL, and secrets are at none of them', options, async (t) => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'shop' }, type: 'Opaque', data: { password: 'aHVudGVyMg==' } };
  const { page } = await shown(t, applied([...shop, secret]));
  await page.goto('/console/configuration/objects?key=secret%2Fshop%2Fkeys');
  await page.getByText('[redacted]').waitFor();
  assert.doesNotMatch(await page.content(), /aHVudGVyMg/);
  await page.goto('/console/configuration/objects?key=httproute%2Fshop%2Fcart');
  await page.getByRole('navigation', { name: 'The same at other stages' }).getByRole('link', { name: 'route httproute/shop/cart/0/0' }).click();
  await page.getByRole('heading', { level: 2, name: 'route httproute/shop/cart/0/0' }).waitFor();
  await page.locator('pre').getByRole('link', { name: 'service/shop/cart/80' }).first().click();
  await page.getByRole('heading', { level: 2, name: 'backend service/shop/cart/80' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 2, name: 'backend service/shop/cart/80' }).waitFor();
});

test('of several classes each has a console of its own, behind one address', options, async (t) => {
  const [one, other] = [applied(shop), applied([...shop, lostRoute])];
  const sources = [{ name: 'example.com/one', of: one }, { name: 'example.com/other', of: other }].map(({ name, of }) => ({ name, title: 'test', applied: () => of, settings: () => settings }));
  const views = new ConsoleViews(() => sources);
  t.after(() => views.close());
  const { origin } = await serveConsole(t, () => views);
  const { page, complaints } = await openPage(t, browser, { origin });
  await page.goto('/console/');
  await page.getByRole('heading', { name: 'Everything is served' }).waitFor();
  await page.getByLabel('Class').selectOption('example.com/other');
  await page.getByRole('heading', { name: 'One thing needs mending.' }).waitFor();
  await page.getByRole('link', { name: 'Map', exact: true }).click();
  await page.getByRole('link', { name: 'lost' }).waitFor();
  assert.match(page.url(), /\/console\/of\/example.com%2Fother\/map$/);
  assert.deepEqual(complaints, []);
});
