import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type ConsoleView, openAdmin } from './index.ts';

const limit = { timeout: 20_000 };

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Opened {
  readonly port: number;
  get(path: string, headers?: Record<string, string>): Promise<Got>;
}

async function opened(t: TestContext, view: Partial<ConsoleView> = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-console-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'console.js'), 'page();');
  const whole: ConsoleView = { view: (name, query) => Promise.resolve(name === 'known' ? { query: query.get('q') } : undefined), pulse: () => ({ revision: 1 }), follow: () => () => undefined, ...view };
  const server = await openAdmin({
    metrics: () => Promise.resolve([]), readiness: () => 'ready', statuses: () => [], configuration: () => ({}), console: { view: () => Promise.resolve(whole), files: pathToFileURL(`${folder}/`) },
  }, { address: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const { port } = server.place;
  return {
    port,
    get: (path, headers = {}) => new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }), reject);
      });
      call.on('error', reject);
      call.end();
    }),
  };
}

test('every place of the console is the same page, which may load nothing but its own files', limit, async (t) => {
  const { get } = await opened(t);
  const page = await get('/console/');
  assert.match(page.body, /^<!doctype html>/);
  assert.equal((await get('/console/object/httproute/shop/cart?x=1')).body, page.body);
  const policy = String(page.headers['content-security-policy']);
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) assert.ok(policy.split('; ').includes(part), part);
  assert.doesNotMatch(policy, /unsafe|http|\*/);
  assert.doesNotMatch(page.body, /<script(?![^>]* src="\/console\/)|style=|\son\w+=|https?:/);
  assert.deepEqual([page.headers['x-content-type-options'], page.headers['referrer-policy'], page.headers['cross-origin-resource-policy']], ['nosniff', 'no-referrer', 'same-origin']);
  const script = await get('/console/console.js');
  assert.deepEqual([script.status, script.headers['content-type'], script.body], [200, 'text/javascript; charset=utf-8', 'page();']);
  assert.equal((await get('/console/console.css')).status, 404, 'a file that is not there says so');
});

test('no file but those of the page can be asked for', limit, async (t) => {
  const { get } = await opened(t);
  for (const path of ['/console/../../etc/passwd', '/console/..%2f..%2fetc%2fpasswd', '/console//etc/passwd', '/console/console.js/../../x']) assert.doesNotMatch((await get(path)).body, /root:/, path);
});

test('views are JSON, for the page alone', limit, async (t) => {
  const { get } = await opened(t);
  assert.deepEqual(JSON.parse((await get('/console/api/known?q=a%20b')).body), { query: 'a b' });
  assert.equal((await get('/console/api/unknown')).status, 404);
  assert.equal((await get('/console/api/known', { host: 'attacker.example' })).status, 403, 'a name that was made to point here');
  assert.equal((await get('/console/', { host: 'attacker.example' })).status, 403);
  for (const site of ['cross-site', 'same-site']) assert.equal((await get('/console/api/known', { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).status, 403, site);
  assert.equal((await get('/console/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status, 200, 'a link from elsewhere');
  assert.equal((await get('/console/console.js', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status, 403);
  assert.equal((await get('/console/api/known', { 'sec-fetch-site': 'same-origin' })).status, 200);
});

test('people who come to the admin endpoint are led to the console, programs are not', limit, async (t) => {
  const { get } = await opened(t);
  const browser = await get('/', { accept: 'text/html,*/*' });
  assert.deepEqual([browser.status, browser.headers['location']], [302, '/console/']);
  assert.match((await get('/')).body, /^\/metrics\n/);
});

test('a view that fails is an answer too', limit, async (t) => {
  const { get } = await opened(t, { view: () => Promise.reject(new Error('lost')) });
  assert.deepEqual([(await get('/console/api/known')).status, (await get('/console/')).status], [500, 200]);
});

/** A follower whose connection is read by hand. */
async function follower(t: TestContext, port: number): Promise<{ readonly socket: ReturnType<typeof connect>; received(): string }> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('latin1').on('data', (data: string) => { received += data; });
  socket.write('GET /console/api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return { socket, received: () => received };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => { setImmediate(resolve); });
}

test('who follows hears of each change, and a slow reader of the newest one', limit, async (t) => {
  let changed = (): void => undefined;
  let revision = 1;
  let unfollowed = false;
  const padding = 'x'.repeat(100_000);
  const { port } = await opened(t, {
    pulse: () => ({ revision, padding }),
    follow: (listener) => {
      changed = listener;
      return () => { unfollowed = true; };
    },
  });
  const { socket, received } = await follower(t, port);
  await until(() => received().includes('"revision":1,'));
  socket.pause();
  for (revision = 2; revision < 1000; revision++) changed();
  changed();
  socket.resume();
  await until(() => received().includes('"revision":1000,'));
  // A hundred megabytes would have come if each had waited.
  const said = received().split('data: ').length - 1;
  assert.ok(said < 300, `${said} of 1000 were said`);
  socket.destroy();
  await until(() => unfollowed);
});

test('more followers than there is room for are told to come again', limit, async (t) => {
  const { port } = await opened(t);
  const followers = await Promise.all(Array.from({ length: 17 }, () => follower(t, port)));
  await until(() => followers.every((it) => it.received().includes('\r\n\r\n')));
  const refused = followers.filter((it) => it.received().startsWith('HTTP/1.1 503'));
  assert.equal(refused.length, 1);
});
