import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { counter, counters, gauge, type MetricFamily } from '../contract/index.ts';
import { exposition, openAdmin, type AdminView, type Readiness } from './index.ts';
import { isLocalHost, isLoopback } from './local-host.ts';

const limit = { timeout: 20_000 };

interface Got {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function admin(t: TestContext, view: Partial<AdminView> = {}): Promise<(path: string, options?: { readonly method?: string; readonly headers?: Record<string, string> }) => Promise<Got>> {
  const server = await openAdmin({ metrics: () => Promise.resolve([counter('a_total', 'A.', 1)]), readiness: () => 'ready', statuses: () => [{ kind: 'Gateway' }], configuration: () => ({ listeners: {} }), ...view }, { address: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  return (path, { method = 'GET', headers = {} } = {}) => new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.place.port, path, method, headers, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }), reject);
    });
    call.on('error', reject);
    call.end();
  });
}

test('metrics come in the text format, and in OpenMetrics where that is asked for', limit, async (t) => {
  const get = await admin(t);
  assert.deepEqual(await get('/metrics'), { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n' });
  const open = await get('/metrics?x=1', { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } });
  assert.match(open.type, /^application\/openmetrics-text/);
  assert.equal(open.body, '# HELP a A.\n# TYPE a counter\na_total 1\n# EOF\n');
});

test('ready is what is neither starting nor draining; healthy is what answers', limit, async (t) => {
  let state: Readiness = 'starting';
  const get = await admin(t, { readiness: () => state });
  assert.deepEqual([(await get('/readyz')).status, (await get('/readyz')).body], [503, 'starting\n']);
  state = 'ready';
  assert.equal((await get('/readyz')).status, 200);
  state = 'draining';
  assert.deepEqual([(await get('/readyz')).status, (await get('/healthz')).status], [503, 200]);
});

test('status is JSON; other paths are told what there is', limit, async (t) => {
  const get = await admin(t);
  assert.deepEqual(JSON.parse((await get('/status')).body), [{ kind: 'Gateway' }]);
  assert.deepEqual(JSON.parse((await get('/config')).body), { listeners: {} });
  assert.deepEqual([(await get('/other')).status, (await get('/')).body.split('\n')[0]], [404, '/metrics']);
  const head = await get('/metrics', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
});

test('nothing can be changed, and pages of the web cannot look in by a name of their own', limit, async (t) => {
  const get = await admin(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) assert.equal((await get('/metrics', { method })).status, 405, method);
  assert.equal((await get('/metrics', { headers: { host: 'attacker.example:9901' } })).status, 403);
  assert.equal((await get('/metrics', { headers: { host: 'localhost:9901' } })).status, 200);
});

test('a view that fails is an answer too', limit, async (t) => {
  const get = await admin(t, { metrics: () => Promise.reject(new Error('lost')) });
  assert.equal((await get('/metrics')).status, 500);
});

test('a Host is local without asking anybody', () => {
  for (const host of ['127.0.0.1', '127.0.0.1:9901', '[::1]:9901', '10.1.2.3', 'localhost', 'LOCALHOST:1', 'a.localhost']) assert.ok(isLocalHost(host), host);
  for (const host of [undefined, '', 'a.example', 'localhost.example', '127.0.0.1.nip.example', '[::1', '::1x', 'localhost@x', '[localhost]']) assert.ok(!isLocalHost(host), host);
});

test('explanations are asked for with the query, from this machine', limit, async (t) => {
  const get = await admin(t, { explain: (query) => Promise.resolve({ query }) });
  assert.deepEqual(JSON.parse((await get('/explain?method=GET&url=x')).body), { query: 'method=GET&url=x' });
  assert.match((await get('/explain')).body, /ask with \?method=GET&url=/);
  assert.deepEqual(JSON.parse((await (await admin(t))('/explain')).body), { problem: 'this program cannot explain' });
  for (const address of ['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(address), address);
  for (const address of [undefined, '', '10.0.0.1', '::ffff:10.0.0.1', '::', '128.0.0.1', 'x127.0.0.1']) assert.ok(!isLoopback(address), address);
});

test('objects, and the lines of one route since a number; a program without requests has no lines', limit, async (t) => {
  const lines = ['{"route":"HTTPRoute/shop/cart","n":1}', '{"route":"HTTPRoute/shop/cart-v2","n":2}', '{"n":3}'];
  const asked: number[] = [];
  const get = await admin(t, { objects: () => [{ kind: 'Gateway' }], recentLines: (since) => Promise.resolve({ lines: (asked.push(since), lines), next: 9, lost: 2 }) });
  assert.deepEqual(JSON.parse((await get('/objects')).body), [{ kind: 'Gateway' }]);
  assert.deepEqual(JSON.parse((await get('/log?since=4')).body), { next: 9, lost: 2, lines: lines.map((it) => JSON.parse(it) as unknown) });
  assert.deepEqual(JSON.parse((await get('/log?route=HTTPRoute%2Fshop%2Fcart')).body), { next: 9, lost: 2, lines: [{ route: 'HTTPRoute/shop/cart', n: 1 }] });
  assert.deepEqual([asked, (await get('/log?since=-1')).status, (await get('/log?since=x')).status], [[4, 0], 400, 400]);
  const bare = await admin(t);
  assert.deepEqual([(await bare('/log')).status, (await bare('/objects')).body], [404, '[]\n']);
});

test('values of labels and help are escaped, buckets are cumulative, empty labels and families are left out', () => {
  const families: MetricFamily[] = [
    counters({ name: 'a_total', help: 'Line\nand \\.' }, [[[['l', 'q"\\\n'], ['none', '']], 2]]),
    { name: 'h', help: 'H.', type: 'histogram', merge: 'sum', samples: [{ labels: [['l', 'x']], value: 1.5, buckets: [1, 2, 3], bounds: [0.5, 1] }] },
    gauge('g', 'G.', Number.NaN), counters({ name: 'empty_total', help: 'E.' }, []),
  ];
  assert.equal(exposition(families), [
    '# HELP a_total Line\\nand \\\\.', '# TYPE a_total counter', 'a_total{l="q\\"\\\\\\n"} 2',
    '# HELP h H.', '# TYPE h histogram', 'h_bucket{l="x",le="0.5"} 1', 'h_bucket{l="x",le="1"} 3', 'h_bucket{l="x",le="+Inf"} 6', 'h_sum{l="x"} 1.5', 'h_count{l="x"} 6',
    '# HELP g G.', '# TYPE g gauge', 'g NaN', '',
  ].join('\n'));
});
