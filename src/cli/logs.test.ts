import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { logLineText } from './log-line.ts';
import { said } from './testing/said.ts';

const patience = { timeout: 60_000 };
const program = join(import.meta.dirname, 'main.ts');
const line = (route: string, more: object = {}): string => `${JSON.stringify({ time: '2026-01-01T10:00:00.123Z', kind: 'request', 'http.request.method': 'GET', 'url.scheme': 'http', 'server.address': 'a.example', 'url.path': '/x', 'http.response.status_code': 200, gateway: 'infra/web', listener: 'http', route: `HTTPRoute/${route}`, rule: '0', backend: 'Service/shop/cart:80', endpoint: '10.0.0.1:8080', duration_ms: 1.25, ...more })}\n`;

interface Child {
  readonly process: ChildProcess;
  text(): string;
  until(words: RegExp): Promise<RegExpExecArray>;
}

function start(t: TestContext, ...argv: readonly string[]): Child {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => { text += part; });
  return {
    process: child, text: () => text,
    async until(words) {
      for (;;) {
        const found = words.exec(text);
        if (found !== null) return found;
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'close').then(() => assert.fail(text))]);
      }
    },
  };
}

test('lines of a file: of a route by its names, the last ones, and what failed', async (t) => {
  const file = join(tempFolder(t), 'access.json');
  writeFileSync(file, line('shop/cart') + line('shop/search') + line('other/cart', { 'http.response.status_code': 503, 'error.type': 'no-endpoint' }) + line('shop/cart', { 'url.path': '/last', 'url.query': 'a=1' }));
  const shown = async (...argv: readonly string[]): Promise<string[]> => (await said(t, 'logs', ...argv, '--access-log', file)).out.split('\n').slice(0, -1);
  assert.equal((await shown()).length, 4);
  assert.equal((await shown('cart')).length, 3);
  for (const argv of [['shop/cart'], ['cart', '-n', 'shop'], ['httproute/shop/cart']]) assert.equal((await shown(...argv)).length, 2, argv.join(' '));
  assert.equal((await shown('grpcroute/cart')).length, 0);
  assert.deepEqual(await shown('cart', '-n', 'shop', '--lines', '1'), ['10:00:00.123 GET a.example/last?a=1 200 1.3 ms  infra/web/http → shop/cart[0] → shop/cart:80 at 10.0.0.1:8080']);
  assert.deepEqual((await shown('--errors')).map((it) => /503.*no-endpoint$/.test(it)), [true]);
  assert.equal((await shown('shop/search', '-o', 'json'))[0], line('shop/search').trimEnd());
});

test('what cannot be read is said', async (t) => {
  const file = join(tempFolder(t), 'access.txt');
  writeFileSync(file, '10:00:00 GET a.example/x 200\n');
  const err = async (...argv: readonly string[]): Promise<string> => (await said(t, 'logs', ...argv)).err;
  assert.match(await err('--access-log', file), /has no line of JSON; begin the program with --access-log-format json/);
  assert.match(await err('--access-log', 'no/such'), /no\/such does not exist/);
  assert.match(await err('cart', '--lines', '1'), /--lines belongs to --access-log/);
  assert.match(await err('a', 'b'), /name one route/);
});

test('a file is followed, also where it is rotated', patience, async (t) => {
  const file = join(tempFolder(t), 'access.json');
  writeFileSync(file, line('shop/cart', { 'url.path': '/old' }));
  const child = start(t, 'logs', 'cart', '--access-log', file, '-f', '--lines', '0');
  appendFileSync(file, line('shop/search', { 'url.path': '/not' }));
  // The first line that is seen may come before or after the program began, so lines are written until one is seen.
  const writing = setInterval(() => appendFileSync(file, line('shop/cart', { 'url.path': '/first' })), 100);
  await child.until(/\/first/).finally(() => clearInterval(writing));
  renameSync(file, `${file}.1`);
  writeFileSync(file, line('shop/cart', { 'url.path': '/second' }));
  await child.until(/\/second/);
  assert.doesNotMatch(child.text(), /\/old|\/not/);
  child.process.kill('SIGINT');
  assert.deepEqual(await once(child.process, 'close'), [0, null]);
});

for (const [what, options] of [['one process', []], ['workers', ['--workers', '2']]] as const) {
  test(`the requests of a route in a running program of ${what}, without an access log`, patience, async (t) => {
    const folder = tempFolder(t);
    const api = 'gateway.networking.k8s.io/v1';
    const route = (name: string): object => ({ apiVersion: api, kind: 'HTTPRoute', metadata: { name }, spec: { parentRefs: [{ name: 'web' }], hostnames: [`${name}.example`], rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'else.example' } }] }] } });
    writeFileSync(join(folder, 'web.json'), [{ apiVersion: api, kind: 'Gateway', metadata: { name: 'web' }, spec: { gatewayClassName: 'x', listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }] } }, route('cart'), route('search')].map((it) => JSON.stringify(it)).join('\n'));
    const address = what === 'workers' ? '127.0.77.2' : '127.0.77.1';
    const served = start(t, 'serve', folder, '--pool', `${address}/32`, '--admin', '127.0.0.1:0', ...options);
    const [, admin = ''] = await served.until(/http:\/\/(127\.0\.0\.1:\d+)/);
    await served.until(/Ready after/);
    const child = start(t, 'logs', 'cart', '--admin', admin);
    const send = (host: string): void => void connect(8080, address, function (this: { end(text: string): void }) { this.end(`GET /x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`); });
    // Only from the first question on are lines kept, so requests are sent until one is seen.
    const sending = setInterval(() => {
      send('search.example');
      send('cart.example');
    }, 200);
    await child.until(/GET cart\.example\/x 302/).finally(() => clearInterval(sending));
    assert.doesNotMatch(child.text(), /search\.example/);
    assert.match((await said(t, 'logs', 'crt', '--admin', admin)).err, /there is no route crt; did you mean cart\?/);
    child.process.kill('SIGINT');
    assert.deepEqual(await once(child.process, 'close'), [0, null]);
  });
}

test('a line for people, of a request without an answer, and of a connection', () => {
  const same = (text: string): string => text;
  const plain = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };
  assert.equal(logLineText({ time: '2026-01-01T10:00:00.123Z', kind: 'request', duration_ms: 3, gateway: 'infra/web', ending: 'aborted' }, plain), '10:00:00.123 a request that cannot be read no answer 3.0 ms  infra/web  aborted');
  assert.equal(logLineText({ time: '2026-01-01T10:00:00.123Z', kind: 'connection', 'network.transport': 'tcp', 'client.address': '1.2.3.4', 'client.port': 5, duration_ms: 3, bytes_received: 1, bytes_sent: 2, gateway: 'infra/web', listener: 'db', backend: 'Service/shop/db:5432' }, plain), '10:00:00.123 tcp 1.2.3.4:5 3.0 ms 1 B in 2 B out  infra/web/db → shop/db:5432');
});
