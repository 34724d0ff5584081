import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, client } from '../http2/testing/peers.test.ts';
import { answering, endpoint, eventually, forwardTo, prefix, rawBackend, refusing, serve, type Plan } from '../testing/rig.test.ts';
import { serveStreams, streamIr, udpBackend } from '../testing/stream-rig.test.ts';
import { Figures, named, service, untilFigure } from './testing/watching.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;
const web = { gateway_namespace: 'infra', gateway: 'edge', listener: 'web' };

/** Serves a plan whose backends are `service` keys, under its names. */
async function watch(t: import('node:test').TestContext, plan: Plan) {
  const served = await serve(t, { ...(plan.settings === undefined ? {} : { settings: plan.settings }), backends: { main: [] } });
  await served.reapply(named(plan));
  return served;
}

const toMain = { action: forwardTo(service('main')) };

test('a request is counted once, by listener, backend and code, with its duration and bytes', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { ask: send, proxy } = await watch(t, { backends: { main: [endpoint(backend.port)] }, routes: [toMain] });
  for (let i = 0; i < 3; i++) await send('POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 4\r\n\r\nbody');
  await untilFigure(proxy, 3, ['postern_requests_total']);
  const figures = await Figures.of(proxy);
  const [sample, ...more] = figures.samples('postern_requests_total');
  assert.deepEqual(more, []);
  assert.deepEqual(Object.fromEntries(sample?.labels ?? []), {
    ...web, backend_kind: 'Service', backend_namespace: 'shop', backend: 'main', backend_port: '80', code: '200', code_class: '2xx',
  });
  const [durations] = figures.samples('postern_request_duration_seconds', web);
  assert.equal(durations?.buckets?.reduce((sum, count) => sum + count, 0), 3);
  assert.equal(durations?.buckets?.length, (durations?.bounds?.length ?? 0) + 1);
  assert.ok((durations?.value ?? 0) > 0);
  assert.equal(figures.value('postern_request_body_bytes_total', web), 12);
  assert.equal(figures.value('postern_response_body_bytes_total', web), 6);
  assert.equal(figures.value('postern_requests_active'), 0);
  assert.equal(figures.value('postern_upstream_connects_total', { backend: 'main' }), backend.wires.length);
});

test('HTTP/2 is counted in the same series', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { port, proxy, ask: send } = await watch(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ match: { path: prefix('/a') }, ...toMain }] });
  const session = client(t, port);
  await ask(session, { ':path': '/a' });
  await ask(session, { ':path': '/other' });
  await send(get('/a'));
  await untilFigure(proxy, 3, ['postern_requests_total']);
  const figures = await Figures.of(proxy);
  assert.equal(figures.value('postern_requests_total', { code: '200', backend: 'main' }), 2);
  assert.equal(figures.value('postern_requests_total', { code: '404', backend: '' }), 1);
  assert.equal(figures.value('postern_failures_total', { cause: 'no-route' }), 1);
});

test('what is refused before a listener is known is counted on the Gateway', limit, async (t) => {
  const { ask: send, proxy } = await watch(t, { backends: { main: [] }, routes: [toMain] });
  await send('GET / HTTP/1.1\r\n\r\n');
  await send(get('/'));
  await untilFigure(proxy, 2, ['postern_requests_total']);
  const figures = await Figures.of(proxy);
  assert.equal(figures.value('postern_failures_total', { listener: '', gateway: 'edge', cause: 'bad-host' }), 1);
  assert.equal(figures.value('postern_failures_total', { ...web, cause: 'no-endpoint' }), 1);
  assert.equal(figures.value('postern_requests_total', { code: '503', backend: 'main' }), 1);
});

test('a client that leaves and a backend that breaks off have causes, and the gauge comes back to nothing', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => wire.socket.on('data', () => {
    if (!wire.received.includes('/cut')) return;
    wire.send('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart');
    wire.socket.end();
  }));
  const { connect, proxy } = await watch(t, { backends: { main: [endpoint(backend.port)] }, routes: [toMain] });
  const leaving = connect();
  leaving.send(get('/wait'));
  await eventually(() => backend.wires.length === 1);
  await untilFigure(proxy, 1, ['postern_requests_active', web]);
  leaving.socket.destroy();
  const cut = connect();
  cut.send(get('/cut'));
  await cut.untilClosed().catch(() => undefined);
  await untilFigure(proxy, 0, ['postern_requests_active', web]);
  const figures = await Figures.of(proxy);
  assert.equal(figures.value('postern_failures_total', { cause: 'client-closed' }), 1);
  assert.equal(figures.value('postern_failures_total', { cause: 'backend-closed' }), 1);
  assert.equal(figures.value('postern_requests_total', { code: 'none' }), 1);
  assert.equal(figures.value('postern_requests_total', { code: '200' }), 1);
});

test('counters outlive edits, and rules have series of their own only where that is asked for', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const plan: Plan = { backends: { main: [endpoint(backend.port)] }, routes: [{ match: { path: prefix('/a') }, ...toMain }, toMain], settings: { metricsByRoute: true } };
  const { ask: send, proxy, reapply } = await watch(t, plan);
  await send(get('/a'));
  await send(get('/b'));
  await reapply(named(plan));
  await send(get('/a'));
  await untilFigure(proxy, 3, ['postern_requests_total']);
  const figures = await Figures.of(proxy);
  const rule = (index: string): number => figures.value('postern_requests_total', { route_kind: 'HTTPRoute', route_namespace: 'shop', route: 'cart', rule: index });
  assert.deepEqual([rule('0'), rule('1')], [2, 1]);
  assert.equal(figures.samples('postern_requests_total').length, 2);
});

test('retries are counted, and connections that failed', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { ask: send, proxy } = await watch(t, { backends: { main: [refusing(), endpoint(backend.port)] }, routes: [toMain] });
  await send(get('/'));
  await send(get('/'));
  await untilFigure(proxy, 2, ['postern_requests_total', { code: '200' }]);
  const figures = await Figures.of(proxy);
  assert.ok(figures.value('postern_request_retries_total', web) >= 1);
  assert.ok(figures.value('postern_upstream_connect_failures_total', { backend: 'main' }) >= 1);
});

test('TCP connections and UDP sessions are counted, with their bytes and what was refused', limit, async (t) => {
  const tcp = await rawBackend(t, (wire) => wire.socket.on('data', () => wire.send('answer')).on('end', () => wire.socket.end()));
  const udp = await udpBackend(t, 'pod');
  const ir = streamIr({
    listeners: { tcp: { protocol: 'tcp' }, udp: { protocol: 'udp', hosts: [{ hostname: '', route: 'udp' }] } },
    routes: { main: { main: 1, refuse: 1 }, udp: { pods: 1 } }, backends: { main: [endpoint(tcp.port)], pods: [udp.endpoint] },
  });
  const listeners = Object.fromEntries(Object.entries(ir.streamListeners ?? {}).map(([key, it]) => [key, { ...it, origin: { ...it.origin, kind: 'Gateway', section: key } }]));
  const { connect, datagrams, proxy } = await serveStreams(t, { ...ir, streamListeners: listeners });
  for (let i = 0; i < 2; i++) {
    const wire = connect();
    wire.send('ask');
    await wire.until(({ received, hasEnded, hasClosed }) => received === 'answer' || hasEnded || hasClosed);
    wire.socket.end();
    wire.socket.destroy();
  }
  assert.deepEqual(await (await datagrams()).ask('hello'), ['pod:hello']);
  await untilFigure(proxy, 0, ['postern_streams_active', { listener: 'tcp' }]);
  const figures = await Figures.of(proxy);
  assert.equal(figures.value('postern_streams_total', { listener: 'tcp' }), 2);
  assert.equal(figures.value('postern_failures_total', { listener: 'tcp', cause: 'backend-not-found' }), 1);
  assert.deepEqual(['received', 'sent'].map((direction) => figures.value('postern_stream_bytes_total', { listener: 'tcp', direction })), [3, 6]);
  assert.deepEqual(['received', 'sent'].map((direction) => figures.value('postern_stream_bytes_total', { listener: 'udp', direction })), [5, 9]);
  assert.equal(figures.value('postern_streams_active', { listener: 'udp' }), 1);
  assert.ok(figures.value('postern_certificate_expiry_timestamp_seconds') > Date.now() / 1000);
});
