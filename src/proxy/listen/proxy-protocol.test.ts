/** PROXY protocol headers on real connections, before each protocol that is served. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as http2Connect } from 'node:http2';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import type { ProxySettings } from '../index.ts';
import { answering, endpoint, irOf, rawBackend, serve, Wire, type RawBackend, type Served } from '../testing/rig.test.ts';
import { certificate, serveStreams, streamIr } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const line = 'PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n';
const binary = Buffer.from('0d0a0d0a000d0a515549540a 21 11 000c cb007107 c0000201 1267 0050'.replaceAll(' ', ''), 'hex');
const settings: ProxySettings = { proxyProtocolFrom: ['127.0.0.0/8'] };

async function serveOne(t: TestContext, own: ProxySettings = settings): Promise<Served & { readonly backend: RawBackend }> {
  const backend = await rawBackend(t, answering(ok));
  return { ...await serve(t, { backends: { main: [endpoint(backend.port)] }, settings: own }), backend };
}

test('the announced client is who a backend is told of, in both versions', limit, async (t) => {
  const { connect: open, backend } = await serveOne(t);
  for (const [index, header] of [line, binary.toString('latin1')].entries()) {
    const wire = open();
    wire.send(header + get);
    await wire.until(({ hasEnded }) => hasEnded);
    assert.match(wire.received, /^HTTP\/1\.1 200/);
    assert.match(backend.wires[index]?.received ?? backend.wires[0]?.received ?? '', /\r\nx-forwarded-for: 203\.0\.113\.7\r\n/);
  }
});

test('a header in many pieces is read', limit, async (t) => {
  const { connect: open, backend } = await serveOne(t);
  const wire = open();
  for (const piece of (line + get).match(/[^]{1,7}/g) ?? []) {
    wire.send(piece);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  await wire.until(({ hasEnded }) => hasEnded);
  assert.match(backend.wires[0]?.received ?? '', /x-forwarded-for: 203\.0\.113\.7\r\n/);
});

test('a connection without header is closed without an answer, and counted', limit, async (t) => {
  const { connect: open, proxy } = await serveOne(t);
  for (const text of [get, 'PROXY TCP4 1.2.3.4\r\n']) {
    const wire = open();
    wire.send(text);
    await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    assert.equal(wire.received, '');
  }
  assert.deepEqual([proxy.stats().streamsRefused, proxy.stats().requests], [2, 0]);
});

test('a header that does not come is not waited for long', limit, async (t) => {
  const { connect: open } = await serveOne(t, { ...settings, timeouts: { handshakeMs: 100 } });
  const wire = open();
  wire.send('PROXY ');
  await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
});

test('nobody else may announce a client', limit, async (t) => {
  const { ask } = await serveOne(t, { proxyProtocolFrom: ['10.0.0.0/8'] });
  assert.match(await ask(line + get), /^HTTP\/1\.1 400/);
});

test('a proxy that speaks for itself counts as the client', limit, async (t) => {
  const { ask, backend } = await serveOne(t);
  await ask(`PROXY UNKNOWN\r\n${get}`);
  assert.match(backend.wires[0]?.received ?? '', /x-forwarded-for: 127\.0\.0\.1\r\n/);
});

test('trust is for the announced client', limit, async (t) => {
  const { ask, backend } = await serveOne(t, { ...settings, trustedProxies: ['203.0.113.7'] });
  await ask(line + get.replace('\r\n\r\n', '\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n'));
  assert.match(backend.wires[0]?.received ?? '', /x-forwarded-for: 9\.9\.9\.9, 203\.0\.113\.7\r\n/);
});

test('HTTP/2 without TLS follows a header', limit, async (t) => {
  const { port, backend } = await serveOne(t);
  const socket = connect(port, '127.0.0.1');
  socket.write(line);
  const session = http2Connect('http://a.test', { createConnection: () => socket });
  t.after(() => session.destroy());
  const stream = session.request({ ':path': '/' });
  const [headers] = await once(stream, 'response') as [{ ':status': number }];
  assert.equal(headers[':status'], 200);
  assert.match(backend.wires[0]?.received ?? '', /x-forwarded-for: 203\.0\.113\.7\r\n/);
  stream.resume();
});

test('TLS follows a header, and the client inside is the announced one', limit, async (t) => {
  const backend = await rawBackend(t, answering(ok));
  const plain = irOf({ backends: { main: [endpoint(backend.port)] } });
  const ir = { ...plain, certificates: { c: certificate('example.com') }, listeners: { web: { ...plain.listeners['web']!, protocol: 'https' as const, certificates: ['c'] } }, sockets: { s: { address: '127.0.0.1', port: 0 } } };
  const { port } = await serveStreams(t, { ...ir, listeners: { web: { ...ir.listeners.web, socket: 's' } } }, settings);
  const secure = await handshake(t, port);
  const wire = new Wire(secure);
  wire.send(get);
  await wire.untilReceived('ok');
  assert.match(backend.wires[0]?.received ?? '', /x-forwarded-for: 203\.0\.113\.7\r\nx-forwarded-proto: https\r\n/);
});

test('bytes and passed-on TLS follow a header, which does not go on', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => wire.send('hello'));
  const { connect: open } = await serveStreams(t, streamIr({ listeners: { tcp: { protocol: 'tcp' } }, backends: { main: [endpoint(backend.port)] } }), settings);
  const wire = open();
  wire.send(`${line}ping`);
  await wire.untilReceived('hello');
  await backend.wires[0]?.untilReceived('ping');
  assert.equal(backend.wires[0]?.received, 'ping');
});

test('the server name is read behind a header', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => wire.send('hello'));
  const { port } = await serveStreams(t, streamIr({ listeners: { tls: { protocol: 'terminate', hostname: 'a.example.com' } }, backends: { main: [endpoint(backend.port)] } }), settings);
  const wire = new Wire(await handshake(t, port));
  await wire.untilReceived('hello');
});

/** Sends the header, then a TLS handshake for a.example.com. */
async function handshake(t: TestContext, port: number): Promise<TLSSocket> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write(line);
  const secure = tlsConnect({ socket, servername: 'a.example.com', rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  return secure;
}
