import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { ask, client } from '../http2/testing/peers.test.ts';
import { answering, endpoint, eventually, forwardTo, prefix, rawBackend, serve, type Plan } from '../testing/rig.test.ts';
import { serveStreams, streamIr, udpBackend } from '../testing/stream-rig.test.ts';
import { logFile, named, service, type WatchedLog } from './testing/watching.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function logged(t: TestContext, plan: Plan, form: { readonly query?: boolean } = {}) {
  const log = logFile(t);
  const served = await serve(t, { settings: { ...plan.settings, accessLog: { to: log.path, format: 'json', query: form.query ?? true } }, backends: { main: [] } });
  await served.reapply(named(plan));
  return { log, ...served };
}

const toMain = { action: forwardTo(service('main')) };

/** The one line of a log. */
async function only(log: WatchedLog): Promise<Record<string, unknown>> {
  const [line = {}] = await log.lines(1);
  return line;
}

test('a line tells what was asked, where it came in, where it went, and the id that the backend saw', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { ask: send, log } = await logged(t, { backends: { main: [{ ...endpoint(backend.port), name: 'cart-1' }] }, routes: [{ match: { path: prefix('/shop') }, ...toMain }] });
  await send('POST /shop/cart?size=3 HTTP/1.1\r\nHost: shop.test:8080\r\nUser-Agent: curl/8\r\nAuthorization: Bearer hidden\r\nCookie: a=hidden\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody');
  const { time, duration_ms: duration, backend_ms: first, 'client.address': _, request_id: id, ...rest } = await only(log);
  assert.deepEqual(rest, {
    kind: 'request', 'http.request.method': 'POST', 'url.scheme': 'http', 'server.address': 'shop.test', 'server.port': 8080, 'url.path': '/shop/cart', 'url.query': 'size=3',
    'http.route': '/shop/*', 'http.response.status_code': 200, 'http.request.body.size': 4, 'http.response.body.size': 2,
    'network.protocol.name': 'http', 'network.protocol.version': '1.1', 'user_agent.original': 'curl/8',
    gateway: 'infra/edge', listener: 'web', route: 'HTTPRoute/shop/cart', rule: '0', backend: 'Service/shop/main:80',
    endpoint: `127.0.0.1:${backend.port}`, endpoint_name: 'cart-1', tries: 1,
  });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
  assert.ok(Number(first) > 0 && Number(duration) >= Number(first));
  assert.match(backend.wires[0]?.received ?? '', new RegExp(`x-request-id: ${String(id)}\r\n`, 'i'));
});

test('a request of HTTP/2, and a gRPC call that finds nobody', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { port, log } = await logged(t, { backends: { main: [endpoint(backend.port)], none: [] }, routes: [{ match: { path: prefix('/none') }, action: forwardTo(service('none')) }, toMain] });
  const session = client(t, port);
  await ask(session, { ':path': '/a', ':authority': 'b.test' });
  await ask(session, { ':path': '/none', ':method': 'POST', 'content-type': 'application/grpc' }, { body: '' });
  const [first = {}, second = {}] = await log.lines(2);
  assert.deepEqual([first['network.protocol.version'], first['server.address'], first['server.port'], first['http.response.status_code']], ['2', 'b.test', 80, 200]);
  assert.deepEqual([second['http.response.status_code'], second['error.type'], second['backend'], second['endpoint']], [503, 'no-endpoint', 'Service/shop/none:80', undefined]);
  assert.match(backend.wires[0]?.received ?? '', new RegExp(`x-request-id: ${String(first['request_id'])}\r\n`, 'i'));
});

test('what cannot be read tells nothing of an earlier request', limit, async (t) => {
  const { ask: send, log } = await logged(t, { backends: { main: [] }, routes: [toMain] });
  await send('GET /secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await send('GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n');
  const [, line = {}] = await log.lines(2);
  assert.equal(line['error.type'], 'bad-target');
  assert.equal(line['http.response.status_code'], 400);
  assert.doesNotMatch(JSON.stringify(line), /secret|url\.path/);
});

test('credentials in a query are not told, and no query where that is asked for', limit, async (t) => {
  const plan: Plan = { backends: { main: [] }, routes: [toMain] };
  const shown = await logged(t, plan);
  await shown.ask('GET /?a=1&Access_Token=hidden&api%5Fkey=hidden&x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.equal((await only(shown.log))['url.query'], 'a=1&Access_Token=REDACTED&api%5Fkey=REDACTED&x');
  const silent = await logged(t, plan, { query: false });
  await silent.ask('GET /?a=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.doesNotMatch(JSON.stringify(await only(silent.log)), /a=1/);
});

test('a trusted proxy\'s request id is kept, and the client that it names', limit, async (t) => {
  const { ask: send, log } = await logged(t, { backends: { main: [] }, routes: [toMain], settings: { trustedProxies: ['127.0.0.0/8'] } });
  await send('GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: from-the-edge\r\nConnection: close\r\n\r\n');
  assert.equal((await only(log))['request_id'], 'from-the-edge');
});

test('connections of TCP and sessions of UDP have lines, refused ones with their cause', limit, async (t) => {
  const log = logFile(t);
  const tcp = await rawBackend(t, (wire) => wire.socket.on('data', () => wire.send('answer')).on('end', () => wire.socket.end()));
  const udp = await udpBackend(t, 'pod');
  const { connect, datagrams, proxy } = await serveStreams(t, streamIr({
    listeners: { tcp: { protocol: 'tcp' }, udp: { protocol: 'udp', hosts: [{ hostname: '', route: 'udp' }] } },
    routes: { main: { main: 1, refuse: 1 }, udp: { pods: 1 } }, backends: { main: [endpoint(tcp.port)], pods: [udp.endpoint] },
  }), { accessLog: { to: log.path, format: 'json', query: true } });
  for (let i = 0; i < 2; i++) {
    const wire = connect();
    wire.send('ask');
    await wire.until(({ received, hasEnded, hasClosed }) => received === 'answer' || hasEnded || hasClosed);
    wire.socket.end();
    await log.lines(i + 1);
  }
  await (await datagrams()).ask('hello');
  await proxy.close(0);
  const [carried = {}, refused = {}, session = {}] = await log.lines(3);
  assert.deepEqual([carried['kind'], carried['bytes_received'], carried['bytes_sent'], carried['endpoint'], carried['error.type']], ['connection', 3, 6, `127.0.0.1:${tcp.port}`, undefined]);
  assert.deepEqual([refused['error.type'], refused['endpoint'], refused['bytes_sent']], ['backend-not-found', undefined, 0]);
  assert.deepEqual([session['kind'], session['network.transport'], session['bytes_received'], session['bytes_sent']], ['session', 'udp', 5, 9]);
});

test('a connection that is no TLS where a server name decides is logged', limit, async (t) => {
  const log = logFile(t);
  const { connect } = await serveStreams(t, streamIr({ listeners: { tls: { protocol: 'passthrough', hostname: 'example.com' } }, backends: { main: [] } }), { accessLog: { to: log.path, format: 'json', query: true } });
  const wire = connect();
  wire.send('GET / HTTP/1.1\r\n\r\n');
  assert.equal((await only(log))['error.type'], 'not-tls');
});

test('whatever bytes a client sends, each request is one line of JSON', { timeout: 60_000 }, async (t) => {
  const log = logFile(t);
  const { connect, reapply } = await serve(t, { settings: { accessLog: { to: log.path, format: 'json', query: true } }, backends: { main: [] } });
  await reapply(named({ backends: { main: [] }, routes: [toMain] }));
  const bytes = fc.uint8Array({ maxLength: 40 }).map((it) => Buffer.from(it).toString('latin1'));
  let count = 0;
  await fc.assert(fc.asyncProperty(bytes, bytes, bytes, async (path, agent, id) => {
    const wire = connect();
    wire.send(`GET /${path} HTTP/1.1\r\nHost: a\r\nUser-Agent: ${agent}\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`);
    await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    wire.socket.destroy();
    count++;
  }), { numRuns: 100 });
  // Bytes may hold requests of their own, or too little for one that ends.
  const read = (): string => readFileSync(log.path, 'utf8');
  while (read().split('\n').length - 1 < count) await new Promise((resolve) => { setTimeout(resolve, 5); });
  for (const line of read().split('\n').slice(0, -1)) {
    assert.equal(typeof (JSON.parse(line) as { kind?: unknown }).kind, 'string', line);
    // oxlint-disable-next-line no-control-regex -- none may be left.
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  }
});

test('what is cut off at the end has a cause of its own', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect, log, proxy } = await logged(t, { backends: { main: [endpoint(backend.port)] }, routes: [toMain] });
  connect().send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => backend.wires[0]?.received.includes('GET') === true);
  await proxy.close(0);
  const line = await only(log);
  assert.deepEqual([line['error.type'], line['ending'], line['http.response.status_code']], ['drain-timeout', 'aborted', undefined]);
});

test('a cause is told in a header where that is asked for', limit, async (t) => {
  const { ask: send, reapply, port } = await serve(t, { settings: { causeHeader: true }, backends: { main: [] } });
  await reapply(named({ backends: { main: [] }, routes: [toMain] }));
  assert.match(await send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /\r\nx-postern-cause: no-endpoint\r\n/);
  assert.equal((await ask(client(t, port), {})).headers['x-postern-cause'], 'no-endpoint');
  const plain = await serve(t, { backends: { main: [] } });
  assert.doesNotMatch(await plain.ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /x-postern/);
});
