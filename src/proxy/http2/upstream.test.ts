import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { createProxy, type Proxy, type ProxySettings } from '../index.ts';
import { endpoint, eventually, type Plan, rawBackend } from '../testing/rig.test.ts';
import { frame, framesOf, headers as headersFrame } from './testing/frames.ts';
import { ask, client, http2Backend, http2IrOf } from './testing/peers.test.ts';

const limit = { timeout: 30_000 };

async function serve(t: TestContext, plan: Plan, settings: ProxySettings = {}): Promise<{ readonly proxy: Proxy; readonly port: number }> {
  const proxy = createProxy(settings);
  t.after(() => proxy.close(0));
  await proxy.apply(http2IrOf(plan));
  return { proxy, port: (proxy.bound()['web'] as { port: number }).port };
}

/** Answers with what came: headers, size and trailers as JSON, and trailers. */
function echo(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  let size = 0;
  let trailers: IncomingHttpHeaders = {};
  stream.on('data', (piece: Buffer) => { size += piece.length; });
  stream.on('trailers', (it) => { trailers = it; });
  stream.on('end', () => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(JSON.stringify({ headers, size, trailers }));
  });
}

interface Echo {
  readonly headers: IncomingHttpHeaders;
  readonly size: number;
  readonly trailers: IncomingHttpHeaders;
}

test('HTTP/2 to HTTP/2: pseudo-headers, bodies, trailers, te', limit, async (t) => {
  const backend = await http2Backend(t, echo);
  const { port, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, port);
  for (const size of [0, 5, 100_000, 2_000_000]) {
    const reply = await ask(session, { ':method': 'POST', ':authority': 'a.test', ':path': '/s/m', 'te': 'trailers' }, { body: 'x'.repeat(size), trailers: { 'x-before': 'v' } });
    const seen = JSON.parse(reply.body) as Echo;
    assert.deepEqual([seen.size, seen.trailers['x-before'], seen.headers.te], [size, 'v', 'trailers']);
    assert.deepEqual([seen.headers[':method'], seen.headers[':authority'], seen.headers[':path'], seen.headers[':scheme']], ['POST', 'a.test', '/s/m', 'http']);
    assert.deepEqual([seen.headers.host, seen.headers['transfer-encoding'], seen.headers.connection], [undefined, undefined, undefined]);
    assert.equal(reply.trailers['grpc-status'], '0');
  }
  assert.equal(proxy.stats().upstreamConnects, 1);
});

test('HTTP/1.1 to HTTP/2: chunks, lengths and trailers are translated', limit, async (t) => {
  const backend = await http2Backend(t, echo);
  const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  for (const length of [undefined, 6]) {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', agent: false, headers: { te: 'trailers', ...(length === undefined ? { trailer: 'x-before' } : { 'content-length': length }) } });
    sent.write('abc');
    if (length === undefined) sent.addTrailers({ 'x-before': 'v' });
    sent.end('def');
    const [response] = await once(sent, 'response') as [IncomingMessage];
    let text = '';
    for await (const piece of response) text += String(piece);
    const seen = JSON.parse(text) as Echo;
    assert.deepEqual([seen.size, seen.trailers['x-before'], seen.headers['transfer-encoding']], [6, length === undefined ? 'v' : undefined, undefined]);
    assert.equal(response.trailers['grpc-status'], '0');
  }
});

test('streaming both ways: each piece arrives before the next is sent', limit, async (t) => {
  const backend = await http2Backend(t, (stream) => {
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
  });
  const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const stream = client(t, port).request({ ':path': '/', ':method': 'POST', 'content-type': 'application/grpc' });
  for (const word of ['one', 'two', 'three']) {
    stream.write(word);
    const [piece] = await once(stream, 'data') as [Buffer];
    assert.equal(piece.toString(), word);
  }
  stream.end();
  await once(stream, 'close');
  assert.equal(stream.rstCode, 0);
});

test('a large answer to a slow client waits in the backend', limit, async (t) => {
  const sent: { stream?: ServerHttp2Stream } = {};
  const backend = await http2Backend(t, (stream) => {
    sent.stream = stream;
    stream.respond({ ':status': 200 });
    stream.end(Buffer.alloc(5_000_000, 'y'));
  });
  const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, port, { settings: { initialWindowSize: 1000 } });
  const stream = session.request({ ':path': '/' });
  stream.pause();
  await once(stream, 'response');
  // Another stream of the same backend connection is not in its way.
  const other = await ask(client(t, port), {});
  assert.equal(other.body.length, 5_000_000);
  assert.equal(backend.sessions.length, 1);
  let size = 0;
  stream.on('data', (piece: Buffer) => { size += piece.length; });
  stream.resume();
  await once(stream, 'close');
  assert.equal(size, 5_000_000);
});

test('a backend that allows two streams gets more connections', limit, async (t) => {
  const waiting: ServerHttp2Stream[] = [];
  const backend = await http2Backend(t, (stream, headers) => {
    waiting.push(stream);
    if (headers[':path'] !== '/first' && waiting.length < 7) return;
    for (const it of waiting.splice(0)) {
      it.respond({ ':status': 200 });
      it.end('ok');
    }
  }, { maxConcurrentStreams: 2 });
  const { port, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, port);
  // With its answer comes how many streams may be open.
  assert.equal((await ask(session, { ':path': '/first' })).body, 'ok');
  const replies = await Promise.all(Array.from({ length: 7 }, () => ask(session, {})));
  assert.deepEqual(replies.map(({ body }) => body), Array.from({ length: 7 }, () => 'ok'));
  assert.ok(proxy.stats().upstreamConnects > 1);
});

test('REFUSED_STREAM is tried again, whatever the method; other resets are not', limit, async (t) => {
  const codes = [constants.NGHTTP2_REFUSED_STREAM, undefined, constants.NGHTTP2_CANCEL];
  const backend = await http2Backend(t, (stream) => {
    const code = codes.shift();
    if (code !== undefined) return stream.close(code);
    stream.respond({ ':status': 200 });
    return stream.end('ok');
  });
  const { port, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, port);
  assert.equal((await ask(session, { ':method': 'POST' }, { body: 'x' })).body, 'ok');
  assert.equal(proxy.stats().retries, 1);
  assert.equal((await ask(session, { ':method': 'POST' }, { body: 'x' })).status, 502);
});

test('after GOAWAY requests go over a new connection; one that was not seen is sent again', limit, async (t) => {
  const backend = await rawBackend(t);
  const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, port);
  const replies = [ask(session, { ':path': '/1' }), ask(session, { ':path': '/2' })];
  const opened = (index: number): number => framesOf((backend.wires[index]?.received ?? '').slice(24)).filter(({ type }) => type === 1).length;
  await eventually(() => opened(0) === 2);
  const reply = (stream: number): Buffer => Buffer.concat([headersFrame(stream, [[':status', '200']]), frame(0, 1, stream, Buffer.from('ok'))]);
  backend.wires[0]?.socket.write(Buffer.concat([frame(4, 0, 0, ''), frame(7, 0, 0, '00000001 00000000')]));
  await eventually(() => opened(1) === 1);
  backend.wires[1]?.socket.write(Buffer.concat([frame(4, 0, 0, ''), reply(1)]));
  backend.wires[0]?.socket.write(reply(1));
  assert.deepEqual((await Promise.all(replies)).map(({ body }) => body), ['ok', 'ok']);
});

const lies: readonly (readonly [string, readonly Buffer[]])[] = [
  ['DATA before the head', [frame(0, 1, 1, '00')]],
  ['no status', [headersFrame(1, [['x', 'y']], 1)]],
  ['a status of four digits', [headersFrame(1, [[':status', '2000']], 1)]],
  ['101', [headersFrame(1, [[':status', '101']], 1)]],
  ['pseudo-header of requests', [headersFrame(1, [[':status', '200'], [':path', '/']], 1)]],
  ['connection-specific field', [headersFrame(1, [[':status', '200'], ['connection', 'close']], 1)]],
  ['value with CR LF', [headersFrame(1, [[':status', '200'], ['x', 'a\r\nset-cookie: b']], 1)]],
  ['length without body', [headersFrame(1, [[':status', '200'], ['content-length', '3']], 1)]],
  ['an interim answer that ends the stream', [headersFrame(1, [[':status', '103']], 1)]],
  ['a push', [frame(5, 4, 1, '00000002 82')]],
  ['a frame that is too large', [frame(0, 0, 1, Buffer.alloc(16_385))]],
  ['HTTP/1.1', [Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')]],
];

for (const [name, send] of lies) {
  test(`a backend that sends ${name} gets its client 502`, limit, async (t) => {
    const backend = await rawBackend(t, (wire) => {
      wire.socket.once('data', () => wire.socket.write(Buffer.concat(name === 'HTTP/1.1' ? send : [frame(4, 0, 0, ''), ...send])));
    });
    const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
    assert.equal((await ask(client(t, port), { ':method': 'POST' }, { body: 'x' })).status, 502);
  });
}

for (const [name, send] of [['more than announced', '000000'], ['less than announced', '00']] as const) {
  test(`a body of ${name} is never taken for whole`, limit, async (t) => {
    const backend = await rawBackend(t, (wire) => {
      wire.socket.once('data', () => wire.socket.write(Buffer.concat([frame(4, 0, 0, ''), headersFrame(1, [[':status', '200'], ['content-length', '2']]), frame(0, 1, 1, send)])));
    });
    const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
    await assert.rejects(ask(client(t, port), {}), /reset with 2/);
  });
}

test('a backend that nobody answers for is 503, one that leaves is replaced', limit, async (t) => {
  const gone = await rawBackend(t);
  gone.server.close();
  const { port, proxy } = await serve(t, { backends: { main: [endpoint(gone.port)] } });
  const session = client(t, port);
  assert.equal((await ask(session, {})).status, 503);
  const backend = await http2Backend(t, echo);
  proxy.updateEndpoints({ main: [endpoint(backend.port)] });
  assert.equal((await ask(session, {})).status, 200);
  const first = backend.sessions[0];
  first?.destroy();
  await eventually(() => proxy.stats().activeUpstreamConnections === 0);
  assert.equal((await ask(session, {})).status, 200);
});

test('a client that leaves resets its stream at the backend', limit, async (t) => {
  const streams: ServerHttp2Stream[] = [];
  const backend = await http2Backend(t, (stream) => { streams.push(stream); });
  const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const session = client(t, port);
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => undefined);
  await eventually(() => streams.length === 1);
  stream.close(constants.NGHTTP2_CANCEL);
  await eventually(() => streams[0]?.closed === true);
  assert.equal(streams[0]?.rstCode, constants.NGHTTP2_CANCEL);
  assert.equal(backend.sessions[0]?.closed, false);
});

test('a request with as many fields as may be goes on with all of them', limit, async (t) => {
  const backend = await http2Backend(t, echo);
  const { port } = await serve(t, { backends: { main: [endpoint(backend.port)] } }, { limits: { headerCount: 256 } });
  const fields = Object.fromEntries(Array.from({ length: 255 }, (_, index) => [`x-${index}`, `v${index}`]));
  const reply = await ask(client(t, port), fields);
  const seen = (JSON.parse(reply.body) as Echo).headers;
  assert.deepEqual(Object.keys(fields).filter((name) => seen[name] !== fields[name]), []);
  assert.equal(seen['x-forwarded-for'], '127.0.0.1');
});
