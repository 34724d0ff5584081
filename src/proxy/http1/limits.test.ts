import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { answering, endpoint, eventually, forwardTo, rawBackend, serve } from '../testing/rig.test.ts';

const limit = { timeout: 60_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

test('what is refused never reaches a backend, and the connection is closed', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const { ask } = await serve(t, {
    backends: { main: [endpoint(backend.port)] }, settings: { limits: { headBytes: 1000, urlBytes: 300, headerCount: 5, bodyBytes: 10 } },
  });
  const cases: readonly (readonly [request: string, status: number])[] = [
    ['GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['GET / HTTP/1.1\nHost: a\n\n', 400],
    ['GET / HTTP/1.1\r\nHost: a\n\n', 400],
    ['\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    [`GET /${'a'.repeat(400)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    [`GET /${'a'.repeat(400)}`, 414],
    [`GET / HTTP/1.1\r\nHost: a\r\nx: ${'a'.repeat(1000)}\r\n\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: a\r\nx: ${'a'.repeat(1000)}`, 431],
    [`GET / HTTP/1.1\r\nHost: a\r\n${'x: y\r\n'.repeat(6)}\r\n`, 431],
    ['CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n', 413],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 501],
    ['POST / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n', 417],
  ];
  for (const [request, status] of cases) {
    const response = await ask(`${request}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.match(response, new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nconnection: close\r\n\r\n`), JSON.stringify(request));
    assert.equal(response.match(/^HTTP\/1\.1 /gm)?.length, 1, JSON.stringify(request));
  }
  assert.equal(backend.wires.length, 0);
});

test('broken chunks end the request with 400 and its backend connection', limit, async (t) => {
  const backend = await rawBackend(t);
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, settings: { limits: { bodyBytes: 10 } } });
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  assert.match(await ask(`${post}1\r\nab\r\n0\r\n\r\n`), /^HTTP\/1\.1 400 /);
  assert.match(await ask(`${post}20\r\n${'a'.repeat(32)}\r\n0\r\n\r\n`), /^HTTP\/1\.1 413 /);
  await eventually(() => backend.wires.every(({ hasEnded, hasClosed }) => hasEnded || hasClosed));
  assert.equal(backend.wires.some(({ received }) => received.includes('0\r\n\r\n')), false);
});

test('time limits: idle, head, body, request, backend', limit, async (t) => {
  const backend = await rawBackend(t);
  const timeouts = { idleMs: 40, headMs: 40, bodyMs: 40 };
  const forward = forwardTo('main') as Extract<ReturnType<typeof forwardTo>, { kind: 'forward' }>;
  const { ask, connect, proxy } = await serve(t, {
    backends: { main: [endpoint(backend.port)] }, settings: { timeouts },
    routes: [
      { match: { path: { kind: 'exact', value: '/request' } }, action: { ...forward, requestTimeoutMs: 40 } },
      { match: { path: { kind: 'exact', value: '/backend' } }, action: { ...forward, backendTimeoutMs: 40 } },
      { action: forward },
    ],
  });
  assert.equal(await ask(''), '');
  assert.match(await ask('GET / HTTP/1.1\r\nHo'), /^HTTP\/1\.1 408 /);
  assert.match(await ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na'), /^HTTP\/1\.1 408 /);
  const wire = connect();
  for (const path of ['/request', '/backend']) {
    wire.received = '';
    wire.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await wire.until(({ received }) => received.endsWith('allows.\n'));
    assert.match(wire.received, /^HTTP\/1\.1 504 /);
  }
  assert.equal(proxy.stats().timeouts, 2);
  await eventually(() => backend.wires.every(({ hasEnded, hasClosed }) => hasEnded || hasClosed));
});

test('50 MB go through in both directions, and a slow reader holds the writer back', limit, async (t) => {
  const size = 50 << 20;
  let sent = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, request.url === '/chunked' ? {} : { 'content-length': size });
      const piece = Buffer.alloc(1 << 16, 'a');
      const more = (): void => {
        while (sent < size) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      return more();
    }
    let taken = 0;
    // A backend that begins to read only when it is told.
    request.pause();
    server.once('go' as 'close', () => request.on('data', (piece: Buffer) => { taken += piece.length; }).resume());
    request.on('end', () => response.end(String(taken)));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { connect } = await serve(t, { backends: { main: [endpoint((server.address() as AddressInfo).port)] } });
  for (const path of ['/length', '/chunked']) {
    sent = 0;
    const wire = connect();
    wire.socket.pause();
    wire.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await stillness(() => sent);
    assert.ok(sent > 0 && sent < 30 << 20, `the backend was held back after ${sent} bytes`);
    let got = 0;
    wire.socket.removeAllListeners('data').on('data', (piece: Buffer) => { got += piece.length; }).resume();
    await wire.until(({ hasEnded }) => hasEnded);
    assert.ok(got >= size);
  }
  const wire = connect();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
  wire.socket.write(Buffer.alloc(size, 'b'));
  await stillness(() => wire.socket.bytesWritten - wire.socket.writableLength);
  assert.ok(wire.socket.writableLength > 0, 'the client is held back');
  server.emit('go');
  await wire.untilReceived(`\r\n\r\n${size}`);
});

/** Resolves once a number that grows has stopped growing. */
async function stillness(value: () => number): Promise<void> {
  let last = -1;
  let same = 0;
  while (same < 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = value();
    same = now > 0 && now === last ? same + 1 : 0;
    last = now;
  }
}
