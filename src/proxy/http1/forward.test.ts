import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { answering, endpoint, eventually, rawBackend, serve } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 2\r\n\r\nok';

/** A backend of Node's own that tells what it got, as JSON. */
async function echo(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (piece: string) => { body += piece; });
    request.on('end', () => response.end(JSON.stringify({
      method: request.method, url: request.url, headers: request.headers, raw: request.rawHeaders, body, trailers: request.trailers,
    })));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: Record<string, string>;
}

function echoOf(response: string): Echo {
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n') + 4)) as Echo;
}

test('what the backend sees: forwarding headers are ours, hop-by-hop headers are gone', limit, async (t) => {
  const { ask } = await serve(t, { backends: { main: [endpoint(await echo(t))] } });
  const seen = echoOf(await ask([
    'GET /a?b=c HTTP/1.1', 'Host: www.example.com:8080', 'Connection: close, x-hop, host, content-length', 'X-Hop: 1', 'Keep-Alive: 5', 'Proxy-Connection: x',
    'TE: gzip, trailers', 'Upgrade: foo', 'X-Forwarded-For: 6.6.6.6', 'X_Forwarded_For: 6.6.6.6', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: evil',
    'Forwarded: for=6.6.6.6', 'X-Real-IP: 6.6.6.6', 'X-Request-Id: mine', 'X-Other: kept', '', '',
  ].join('\r\n')));
  const { 'x-request-id': id, ...headers } = seen.headers;
  assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(seen.url, '/a?b=c');
  assert.deepEqual(headers, {
    'host': 'www.example.com:8080', 'x-other': 'kept', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http',
    'x-forwarded-host': 'www.example.com:8080', 'connection': 'te', 'te': 'trailers',
  });
});

test('a trusted peer is believed, and its address is appended', limit, async (t) => {
  const { ask } = await serve(t, { backends: { main: [endpoint(await echo(t))] }, settings: { trustedProxies: ['127.0.0.0/8'] } });
  const { headers } = echoOf(await ask([
    'GET / HTTP/1.1', 'Host: a', 'Connection: close', 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 7.7.7.7', 'X-Forwarded-Proto: https',
    'X-Forwarded-Host: b', 'X-Request-Id: theirs', 'Forwarded: for=6.6.6.6', '', '',
  ].join('\r\n')));
  assert.equal(headers['x-forwarded-for'], '6.6.6.6,7.7.7.7, 127.0.0.1');
  assert.equal(headers['x-forwarded-proto'], 'https');
  assert.equal(headers['x-forwarded-host'], 'b');
  assert.equal(headers['x-request-id'], 'theirs');
  assert.equal(headers['forwarded'], 'for=6.6.6.6');
});

test('a request is understood wherever it is cut', limit, async (t) => {
  const { connect } = await serve(t, { backends: { main: [endpoint(await echo(t))] } });
  const request = 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e\r\nde\r\n0\r\nx-t: 1\r\n\r\n';
  const cuts = [...Array(request.length - 1).keys()].map((index) => [request.slice(0, index + 1), request.slice(index + 1)]);
  for (const pieces of [...cuts, [...request]]) {
    const wire = connect();
    for (const piece of pieces) {
      await new Promise<void>((resolve) => { wire.socket.write(piece, 'latin1', () => setImmediate(resolve)); });
    }
    await wire.untilReceived('}');
    const seen = echoOf(wire.received);
    assert.equal(seen.body, 'abcde', JSON.stringify(pieces));
    assert.deepEqual(seen.trailers, { 'x-t': '1' });
    wire.socket.destroy();
  }
});

test('a response is understood wherever it is cut', limit, async (t) => {
  const response = 'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ndate: now\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e\r\nde\r\n0\r\nx-t: 1\r\n\r\n';
  const expected = 'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ndate: now\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx-t: 1\r\n\r\n';
  let pieces: readonly string[] = [];
  const backend = await rawBackend(t, (wire) => {
    wire.socket.on('data', () => {
      void (async () => {
        for (const piece of pieces) {
          await new Promise<void>((resolve) => { wire.socket.write(piece, 'latin1', () => setImmediate(resolve)); });
        }
      })();
    });
  });
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const cuts = [...Array(response.length - 1).keys()].map((index) => [response.slice(0, index + 1), response.slice(index + 1)]);
  const wire = connect();
  for (pieces of [...cuts, [...response]]) {
    wire.received = '';
    wire.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await wire.until(({ received }) => received.endsWith('x-t: 1\r\n\r\n'));
    assert.equal(wire.received, expected, JSON.stringify(pieces));
  }
});

test('pipelined requests are answered in order', limit, async (t) => {
  const { ask } = await serve(t, { backends: { main: [endpoint(await echo(t))] } });
  const one = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n${path.slice(0, 3)}`;
  const paths = Array.from({ length: 50 }, (_, index) => `/p${index + 10}`);
  const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const response = await ask(paths.map(one).join('') + last);
  assert.deepEqual([...response.matchAll(/"url":"([^"]*)"/g)].map((match) => match[1]), [...paths, '/last']);
});

test('HEAD, 204 and 304 have no body, and the connection goes on', limit, async (t) => {
  const answers = ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', ok];
  const backend = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.send(answers.shift() ?? '')); });
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  for (const [method, end] of [['HEAD', 'GMT\r\n\r\n'], ['GET', 'GMT\r\n\r\n'], ['GET', 'GMT\r\n\r\n'], ['GET', 'ok']] as const) {
    wire.received = '';
    wire.send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    await wire.until(({ received }) => received.endsWith(end));
  }
  assert.equal(backend.wires.length, 1);
});

test('HTTP/1.0 on either side', limit, async (t) => {
  const bare = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.socket.end('HTTP/1.0 200 OK\r\n\r\nhello')); });
  const chunked = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ndate: d\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx: 1\r\n\r\n'));
  const old = await serve(t, { backends: { main: [endpoint(bare.port)] } });
  const wire = old.connect();
  wire.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await wire.until(({ received }) => received.endsWith('\r\n0\r\n\r\n'));
  assert.match(wire.received, /^HTTP\/1\.1 200 OK\r\n[^]*transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
  assert.match(await old.ask('GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n\r\nhello$/);
  const current = await serve(t, { backends: { main: [endpoint(chunked.port)] } });
  assert.equal(await current.ask('GET / HTTP/1.0\r\n\r\n'), 'HTTP/1.1 200 OK\r\ndate: d\r\nconnection: close\r\n\r\nhello');
  assert.match(chunked.wires[0]?.received ?? '', /^GET \/ HTTP\/1\.1\r\nhost: 127\.0\.0\.1\r\n/);
});

test('absolute-form and OPTIONS * reach the backend in origin and asterisk form', limit, async (t) => {
  const { ask } = await serve(t, { backends: { main: [endpoint(await echo(t))] } });
  const absolute = echoOf(await ask('GET http://www.example.com/x?y HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n'));
  assert.equal(absolute.url, '/x?y');
  assert.equal(absolute.headers.host, 'www.example.com');
  assert.equal(absolute.headers['x-forwarded-host'], 'www.example.com');
  assert.equal(echoOf(await ask('OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).url, '*');
});

test('Expect: 100-continue goes through, and the body waits for it', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  wire.send('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
  await eventually(() => backend.wires[0]?.received.endsWith('\r\n\r\n') === true);
  assert.match(backend.wires[0]?.received ?? '', /Expect: 100-continue/);
  backend.wires[0]?.send('HTTP/1.1 100 Continue\r\n\r\n');
  await wire.untilReceived('HTTP/1.1 100 Continue\r\n\r\n');
  wire.send('hello');
  await backend.wires[0]?.untilReceived('hello');
  backend.wires[0]?.send(ok);
  await wire.untilReceived('ok');
});

test('a final answer before the body ends the connection after it', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.send('HTTP/1.1 413 No\r\ncontent-length: 0\r\n\r\n')); });
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  wire.send('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\nabc');
  await wire.until(({ hasEnded }) => hasEnded);
  assert.match(wire.received, /^HTTP\/1\.1 413 No\r\n[^]*connection: close\r\n\r\n$/);
});

test('an upgrade becomes a tunnel with half-close', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    wire.socket.once('data', () => wire.send('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nfirst'));
  });
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  wire.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly');
  await wire.untilReceived('first');
  assert.match(wire.received, /^HTTP\/1\.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nfirst$/);
  await backend.wires[0]?.untilReceived('\r\n\r\nearly');
  assert.equal(proxy.stats().activeTunnels, 1);
  wire.socket.end('\0\xff');
  await backend.wires[0]?.until(({ hasEnded }) => hasEnded);
  backend.wires[0]?.send('after the half-close');
  await wire.untilReceived('after the half-close');
  backend.wires[0]?.socket.end();
  await wire.untilClosed();
  await eventually(() => proxy.stats().activeTunnels === 0);
});

test('a switch that nobody asked for is a bad response', limit, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  assert.match(await ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 502 /);
});

test('a client that goes away takes its request with it', limit, async (t) => {
  const backend = await rawBackend(t);
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] }, settings: { timeouts: { halfCloseMs: 20 } } });
  for (const leave of ['destroy', 'resetAndDestroy'] as const) {
    const before = backend.wires.length;
    const wire = connect();
    wire.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => backend.wires[before]?.received.endsWith('\r\n\r\n') === true);
    wire.socket[leave]();
    await backend.wires[before]?.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  }
  await eventually(() => proxy.stats().clientAborts === 2 && proxy.stats().activeRequests === 0);
});

test('a client that leaves in the middle of an answer, or with another request behind it, is noticed', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => { wire.socket.once('data', () => wire.send('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbegun')); });
  const { connect, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] }, settings: { timeouts: { halfCloseMs: 20 } } });
  for (const behind of ['', 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n']) {
    const wire = connect();
    wire.send(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${behind}`);
    await wire.untilReceived('begun');
    wire.socket.destroy();
    await eventually(() => proxy.stats().activeConnections === 0 && proxy.stats().activeUpstreamConnections === 0);
  }
});

test('a client that half-closes still gets its answers', limit, async (t) => {
  const { connect } = await serve(t, { backends: { main: [endpoint(await echo(t))] } });
  const wire = connect();
  wire.socket.end('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n');
  await wire.untilClosed();
  assert.deepEqual([...wire.received.matchAll(/"url":"([^"]*)"/g)].map((match) => match[1]), ['/1', '/2', '/3']);
});
