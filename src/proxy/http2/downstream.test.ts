import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { answering, endpoint, eventually, forwardTo, prefix, rawBackend, serve } from '../testing/rig.test.ts';
import { ask, client } from './testing/peers.test.ts';

const limit = { timeout: 30_000 };

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly trailers: IncomingMessage['trailers'];
  readonly size: number;
}

/** A backend of node:http that answers with what it saw, as JSON. */
async function echoBackend(t: TestContext, answer = (seen: Seen, response: ServerResponse): unknown => response.end(JSON.stringify(seen))): Promise<number> {
  const server = createServer((request, response) => {
    let size = 0;
    request.on('data', (piece: Buffer) => { size += piece.length; });
    request.on('end', () => answer({ method: request.method, url: request.url, headers: request.headers, trailers: request.trailers, size }, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('a request goes on as HTTP/1.1: authority, joined cookies, forwarding fields', limit, async (t) => {
  const { port } = await serve(t, { backends: { main: [endpoint(await echoBackend(t))] } });
  const reply = await ask(client(t, port), { ':path': '/a?b=c', ':authority': 'a.test', 'cookie': ['a=1', 'b=2'], 'x-forwarded-for': '1.2.3.4', 'te': 'trailers' });
  const seen = JSON.parse(reply.body) as Seen;
  assert.equal(reply.status, 200);
  assert.deepEqual([seen.method, seen.url, seen.headers.host, seen.headers.cookie], ['GET', '/a?b=c', 'a.test', 'a=1; b=2']);
  assert.deepEqual([seen.headers['x-forwarded-for'], seen.headers['x-forwarded-proto'], seen.headers.te], ['127.0.0.1', 'http', 'trailers']);
});

test('filters, own answers and routing are those of HTTP/1.1', limit, async (t) => {
  const backends = { main: [endpoint(await echoBackend(t))] };
  const { port } = await serve(t, {
    backends,
    routes: [
      { match: { path: prefix('/edit') }, action: forwardTo('main', [
        { kind: 'request-headers', set: [{ name: 'x-set', value: 'v' }], add: [], remove: ['x-gone'] },
        { kind: 'response-headers', set: [{ name: 'X-Answer', value: 'w' }], add: [], remove: ['date'] },
        { kind: 'rewrite', hostname: 'b.test', path: { kind: 'prefix', match: '/edit', value: '/new' } },
      ]) },
      { match: { path: prefix('/away') }, action: { kind: 'redirect', status: 301, hostname: 'c.test', filters: [] } },
    ],
  });
  const session = client(t, port);
  const edited = await ask(session, { ':path': '/edit/x', 'x-gone': '1' });
  const seen = JSON.parse(edited.body) as Seen;
  assert.deepEqual([seen.url, seen.headers.host, seen.headers['x-set'], seen.headers['x-gone']], ['/new/x', 'b.test', 'v', undefined]);
  assert.equal(edited.headers['x-answer'], 'w');
  const away = await ask(session, { ':path': '/away', ':authority': 'a.test' });
  assert.deepEqual([away.status, away.headers.location], [301, 'http://c.test/away']);
  const none = await ask(session, { ':path': '/none' });
  assert.deepEqual([none.status, none.body], [404, 'No route matches this request.\n']);
  assert.equal((await ask(session, { ':path': '/edit/%00' })).status, 400);
  assert.equal((await ask(session, { ':path': `/${'x'.repeat(20_000)}` })).status, 414);
});

for (const size of [0, 1, 16_384, 16_385, 65_536, 3_000_000]) {
  test(`a body of ${size} bytes, with and without its length, arrives whole and comes back whole`, limit, async (t) => {
    const port = await echoBackend(t, ({ size: got }, response) => response.end('y'.repeat(got)));
    const served = await serve(t, { backends: { main: [endpoint(port)] } });
    const session = client(t, served.port);
    const replies = await Promise.all([{}, { 'content-length': size }].map((headers) => ask(session, { ':method': 'POST', ...headers }, { body: 'x'.repeat(size) })));
    assert.deepEqual(replies.map(({ body }) => body.length), [size, size]);
  });
}

test('many streams at once over windows of a few bytes', limit, async (t) => {
  const port = await echoBackend(t, ({ url }, response) => response.end((url ?? '').repeat(100)));
  const served = await serve(t, { backends: { main: [endpoint(port)] } });
  const session = client(t, served.port, { settings: { initialWindowSize: 7 } });
  const paths = Array.from({ length: 50 }, (_, index) => `/path/${index}`);
  const replies = await Promise.all(paths.map((path) => ask(session, { ':path': path })));
  assert.deepEqual(replies.map(({ body }) => body), paths.map((path) => path.repeat(100)));
});

test('trailers go both ways, interim answers come through', limit, async (t) => {
  const seen: Seen[] = [];
  const port = await echoBackend(t, (it, response) => {
    seen.push(it);
    response.writeEarlyHints({ link: '</a>; rel=preload' });
    response.writeHead(200, { trailer: 'x-after' });
    response.addTrailers({ 'x-after': 'w' });
    response.end('body');
  });
  const served = await serve(t, { backends: { main: [endpoint(port)] } });
  const reply = await ask(client(t, served.port), { ':method': 'POST' }, { body: 'x', trailers: { 'x-before': 'v' } });
  assert.equal(seen[0]?.trailers['x-before'], 'v');
  assert.deepEqual(reply.interim.map((it) => it[':status']), [103]);
  assert.deepEqual([reply.body, reply.trailers['x-after']], ['body', 'w']);
});

test('HEAD, 204 and 304 have no body', limit, async (t) => {
  const port = await echoBackend(t, ({ url, method }, response) => {
    response.statusCode = method === 'HEAD' ? 200 : Number(url?.slice(1));
    if (method === 'HEAD') response.setHeader('content-length', 5);
    response.end();
  });
  const served = await serve(t, { backends: { main: [endpoint(port)] } });
  const session = client(t, served.port);
  const head = await ask(session, { ':method': 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '5', '']);
  for (const status of [204, 304]) assert.equal((await ask(session, { ':path': `/${status}` })).status, status);
});

test('header lists of many frames, and lists that are too large', limit, async (t) => {
  const port = await echoBackend(t, ({ headers }, response) => {
    response.setHeader('x-big', String(headers['x-big']));
    response.end();
  });
  const served = await serve(t, { backends: { main: [endpoint(port)] }, settings: { limits: { headBytes: 50_000, responseHeadBytes: 50_000 } } });
  const session = client(t, served.port);
  const big = 'a b'.repeat(3000);
  assert.equal((await ask(session, { 'x-big': big })).headers['x-big'], big);
  const fields = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`x-${index}`, 'z'.repeat(15_000)]));
  assert.equal((await ask(session, fields)).status, 431);
  assert.equal((await ask(session, { 'x-big': 'small' })).headers['x-big'], 'small');
});

test('a client that gives a stream up is noticed by the backend; the others go on', limit, async (t) => {
  const backend = await rawBackend(t);
  const served = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, served.port);
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => undefined);
  await eventually(() => backend.wires[0]?.received.includes('\r\n\r\n') === true);
  stream.close(constants.NGHTTP2_CANCEL);
  await backend.wires[0]?.until(({ hasEnded }) => hasEnded);
  await eventually(() => served.proxy.stats().clientAborts === 1 && served.proxy.stats().activeRequests === 0);
  const other = ask(session, {});
  await eventually(() => backend.wires[1]?.received.includes('\r\n\r\n') === true);
  backend.wires[1]?.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  assert.equal((await other).body, 'ok');
});

test('a backend that breaks off resets the stream, not the connection', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    wire.socket.once('data', () => {
      wire.send('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf');
      wire.socket.end();
    });
  });
  const served = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, served.port);
  await assert.rejects(ask(session, {}), /reset with 2/);
  await assert.rejects(ask(session, {}), /reset with 2/);
  assert.equal(served.proxy.stats().connections, 1);
});

test('a response that ends with its connection is whole', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    wire.socket.once('data', () => wire.socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
  });
  const served = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  assert.equal((await ask(client(t, served.port), {})).body, 'all of it');
});

test('an answer before the end of the request ends the stream in peace', limit, async (t) => {
  const served = await serve(t, { routes: [], backends: {} });
  const session = client(t, served.port);
  const stream = session.request({ ':path': '/', ':method': 'POST' });
  stream.write('piece');
  const [headers] = await once(stream, 'response') as [{ ':status': number }];
  assert.equal(headers[':status'], 404);
  stream.resume();
  await once(stream, 'close');
  assert.equal(stream.rstCode, 0);
});

test('a client that takes nothing loses its stream after the write time', limit, async (t) => {
  const port = await echoBackend(t, (_, response) => response.end('y'.repeat(100_000)));
  const served = await serve(t, { backends: { main: [endpoint(port)] }, settings: { timeouts: { writeMs: 100 } } });
  const session = client(t, served.port, { settings: { initialWindowSize: 0 } });
  await assert.rejects(ask(session, {}), /reset with 8/);
});

test('a body that does not come on gets 408', limit, async (t) => {
  const backend = await rawBackend(t);
  const served = await serve(t, { backends: { main: [endpoint(backend.port)] }, settings: { timeouts: { bodyMs: 100 } } });
  const stream = client(t, served.port).request({ ':path': '/', ':method': 'POST' });
  stream.write('piece');
  const [headers] = await once(stream, 'response') as [{ ':status': number }];
  assert.equal(headers[':status'], 408);
  stream.resume();
});

test('closing the proxy says GOAWAY and lets the request under way end', limit, async (t) => {
  const backend = await rawBackend(t);
  const served = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, served.port);
  const reply = ask(session, {});
  await eventually(() => backend.wires[0]?.received.includes('\r\n\r\n') === true);
  const goAway = once(session, 'goaway');
  const closed = served.proxy.close(20_000);
  const [code] = await goAway as [number];
  assert.equal(code, 0);
  backend.wires[0]?.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  assert.equal((await reply).body, 'ok');
  await closed;
});

test('Upgrade: h2c is ignored', limit, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const { ask: askText } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const answer = await askText('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.doesNotMatch(backend.wires[0]?.received ?? '', /upgrade|settings/i);
});

const grpc = { ':method': 'POST', 'content-type': 'application/grpc', 'te': 'trailers' };

test('errors are told to clients of gRPC as its status', limit, async (t) => {
  const silent = await rawBackend(t);
  const { port } = await serve(t, {
    backends: { empty: [], silent: [endpoint(silent.port)] },
    routes: [
      { match: { path: prefix('/empty') }, action: forwardTo('empty') },
      { match: { path: prefix('/silent') }, action: forwardTo('silent') },
      { match: { path: prefix('/broken') }, action: { kind: 'respond', status: 500, because: 'no-backends' } },
    ],
  });
  const session = client(t, port);
  const statusOf = async (path: string, more = {}): Promise<unknown[]> => {
    const { status, headers, body } = await ask(session, { ...grpc, ':path': path, ...more });
    return [status, headers['content-type'], headers['grpc-status'], body];
  };
  assert.deepEqual(await statusOf('/none'), [200, 'application/grpc', '12', '']);
  assert.deepEqual(await statusOf('/empty'), [200, 'application/grpc', '14', '']);
  assert.deepEqual(await statusOf('/broken'), [200, 'application/grpc', '14', '']);
  assert.deepEqual(await statusOf('/silent', { 'grpc-timeout': '50m' }), [200, 'application/grpc', '4', '']);
});
