import assert from 'node:assert/strict';
import { request } from 'node:https';
import { connect as connectRaw } from 'node:net';
import { connect, createServer, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Ir } from '../../ir/index.ts';
import { createProxy, type ProxySettings } from '../index.ts';
import { endpoint, eventually, rawBackend, Wire } from '../testing/rig.test.ts';
import { certificate, serveStreams, streamIr, type StreamPlan } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };

/** A backend that ends TLS itself, greets with its name and the server name that it saw, and sends everything back. */
async function tlsBackend(t: TestContext, name: string) {
  const { chain, key } = certificate('other.org');
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: chain, key: key.reveal() }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.write(`${name} saw ${String(socket.servername)}\n`);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return endpoint((server.address() as AddressInfo).port);
}

/** What a TLS client hears first, and whose certificate it was shown. */
async function greet(t: TestContext, port: number, servername: string, options: ConnectionOptions = {}): Promise<{ text: string; shown: string }> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options });
  t.after(() => socket.destroy());
  const wire = new Wire(socket);
  await wire.until(({ received }) => received.endsWith('\n'));
  return { text: wire.received, shown: String(socket.getPeerCertificate().subject.CN) };
}

/** The ClientHello of Node's own client. */
async function recordHello(t: TestContext, servername: string): Promise<string> {
  const sink = await rawBackend(t);
  const client = connect({ port: sink.port, host: '127.0.0.1', servername });
  client.on('error', () => undefined);
  await eventually(() => (sink.wires[0]?.received.length ?? 0) > 200);
  client.destroy();
  return sink.wires[0]!.received;
}

/** The bytes that come back for a ClientHello until the connection ends; an alert would be bytes. */
async function refusal(t: TestContext, port: number, servername: string): Promise<string> {
  const wire = new Wire(connectRaw({ port, host: '127.0.0.1' }));
  t.after(() => wire.socket.destroy());
  wire.send(await recordHello(t, servername));
  await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  return wire.received;
}

async function passthrough(t: TestContext) {
  const [a, b] = [await tlsBackend(t, 'a'), await tlsBackend(t, 'b')];
  return serveStreams(t, {
    listeners: {
      exact: { protocol: 'passthrough', hostname: 'abc.example.com', hosts: [{ hostname: 'abc.example.com', route: 'a' }] },
      wild: { protocol: 'passthrough', hostname: '*.example.com', hosts: [{ hostname: 'x.example.com', route: 'a' }, { hostname: '*.example.com', route: 'b' }] },
      narrow: { protocol: 'passthrough', hostname: '*.org', hosts: [{ hostname: 'only.org', route: 'a' }, { hostname: 'gone.org', route: 'gone' }] },
    },
    routes: { a: { a: 1 }, b: { b: 1 }, gone: { refuse: 1 } }, backends: { a: [a], b: [b] },
  });
}

test('the server name chooses the backend, which ends TLS itself', limit, async (t) => {
  const { port } = await passthrough(t);
  for (const [name, backend] of [['abc.example.com', 'a'], ['x.example.com', 'a'], ['y.example.com', 'b'], ['deep.y.example.com', 'b'], ['only.org', 'a']] as const) {
    assert.deepEqual(await greet(t, port, name), { text: `${backend} saw ${name}\n`, shown: 'other.org' });
  }
  assert.equal((await greet(t, port, 'ABC.Example.COM')).text, 'a saw ABC.Example.COM\n');
});

test('a name without listener, route or backend, and no name, end the connection without an alert', limit, async (t) => {
  const { port, proxy } = await passthrough(t);
  for (const name of ['example.com', 'nobody.net', 'other.org', 'gone.org', '']) assert.equal(await refusal(t, port, name), '', name);
  await eventually(() => proxy.stats().streamsRefused === 5 && proxy.stats().activeConnections === 0);
});

test('what is not TLS, and a hello that does not come in time, are closed', limit, async (t) => {
  const { connect: open, proxy } = await serveStreams(t, {
    listeners: { any: { protocol: 'passthrough' } }, backends: { main: [await tlsBackend(t, 'a')] }, settings: { timeouts: { handshakeMs: 100 } },
  });
  for (const text of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', '']) {
    const wire = open();
    wire.send(text);
    await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    assert.equal(wire.received, '');
  }
  assert.equal(proxy.stats().streamsRefused, 3);
});

test('a hello that comes in pieces reaches the backend unchanged', limit, async (t) => {
  const recorded = await rawBackend(t);
  const { connect: open } = await serveStreams(t, { listeners: { any: { protocol: 'passthrough' } }, backends: { main: [endpoint(recorded.port)] } });
  const hello = await recordHello(t, 'abc.example.com');
  const wire = open();
  for (let at = 0; at < hello.length; at += 97) {
    wire.send(hello.slice(at, at + 97));
    await new Promise((resolve) => setImmediate(resolve));
  }
  wire.send('and what follows');
  await eventually(() => recorded.wires[0]?.received.endsWith('and what follows') === true);
  assert.equal(recorded.wires[0]?.received, `${hello}and what follows`);
});

function mixedPlan(plain: number, secure: ReturnType<typeof endpoint>): StreamPlan {
  return {
    listeners: {
      ended: { protocol: 'terminate', hostname: 'tls.example.com', hosts: [{ hostname: 'tls.example.com', route: 'plain' }] },
      passed: { protocol: 'passthrough', hostname: '*.example.com', hosts: [{ hostname: '*.example.com', route: 'secure' }] },
      routeless: { protocol: 'terminate', hostname: 'no.example.com', hosts: [] },
    },
    routes: { plain: { plain: 1 }, secure: { secure: 1 } }, backends: { plain: [endpoint(plain)], secure: [secure] },
  };
}

test('one port ends TLS for one name and passes it through for another; the backend may speak first', limit, async (t) => {
  const plain = await rawBackend(t, (wire) => wire.send('plain text\n'));
  const { port } = await serveStreams(t, mixedPlan(plain.port, await tlsBackend(t, 'a')));
  assert.deepEqual(await greet(t, port, 'tls.example.com'), { text: 'plain text\n', shown: 'example.com' });
  assert.deepEqual(await greet(t, port, 'abc.example.com'), { text: 'a saw abc.example.com\n', shown: 'other.org' });
  assert.equal((await greet(t, port, 'tls.example.com', { ALPNProtocols: ['postgresql'] })).text, 'plain text\n');
  assert.equal(await refusal(t, port, 'no.example.com'), '');
});

test('bytes of a terminated connection flow both ways, and its end is passed on', limit, async (t) => {
  const plain = await rawBackend(t);
  const { port } = await serveStreams(t, mixedPlan(plain.port, await tlsBackend(t, 'a')));
  const socket = connect({ port, host: '127.0.0.1', servername: 'tls.example.com', rejectUnauthorized: false, allowHalfOpen: true } as ConnectionOptions);
  t.after(() => socket.destroy());
  const client = new Wire(socket);
  const text = 'x'.repeat(3_000_000);
  client.send(text);
  await eventually(() => plain.wires[0]?.received.length === text.length);
  plain.wires[0]?.send(text);
  await client.until(({ received }) => received.length === text.length);
  plain.wires[0]?.socket.end();
  await client.until(({ hasEnded }) => hasEnded);
  socket.end();
  await eventually(() => plain.wires[0]?.hasEnded === true);
});

test('an HTTPS listener and TLS listeners share a port', limit, async (t) => {
  const plain = await rawBackend(t, (wire) => wire.send('plain text\n'));
  const base = streamIr(mixedPlan(plain.port, await tlsBackend(t, 'a')));
  const origin = { group: '', kind: 'Gateway', namespace: 'default', name: 'test' };
  const ir: Ir = {
    ...base,
    listeners: { web: { socket: 's', protocol: 'https', port: 443, hostname: 'www.example.com', certificates: ['example'], hosts: [{ hostname: 'www.example.com', routes: ['web'] }], origin } },
    routes: { web: { match: { path: { kind: 'prefix', value: '' } }, action: { kind: 'respond', status: 200, because: 'the web' }, origin } },
  };
  const { port } = await serveStreams(t, ir);
  const body = await new Promise<string>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', servername: 'www.example.com', headers: { host: 'www.example.com' }, rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => { text += chunk.toString(); }).on('end', () => resolve(text));
    });
    sent.on('error', reject).end();
  });
  assert.match(body, /the web/);
  assert.equal((await greet(t, port, 'tls.example.com')).text, 'plain text\n');
  assert.equal((await greet(t, port, 'abc.example.com')).text, 'a saw abc.example.com\n');
});

test('other certificates and routes serve new connections and leave open ones alone', limit, async (t) => {
  const plain = await rawBackend(t, (wire) => wire.send('plain text\n'));
  const plan = mixedPlan(plain.port, await tlsBackend(t, 'a'));
  const settings: ProxySettings = {};
  const proxy = createProxy(settings);
  t.after(() => proxy.close(0));
  await proxy.apply(streamIr(plan));
  const port = proxy.bound()['s']?.port ?? 0;
  const open = connect({ port, host: '127.0.0.1', servername: 'tls.example.com', rejectUnauthorized: false });
  t.after(() => open.destroy());
  const wire = new Wire(open);
  await wire.untilReceived('plain text\n');
  const next = streamIr({ ...plan, listeners: { ...plan.listeners, ended: { ...plan.listeners['ended']!, certificates: ['other'] } } });
  const report = await proxy.apply({ ...next, certificates: { ...next.certificates, other: certificate('other.org') } });
  assert.equal(report.listeners['ended']?.state, 'serving');
  assert.equal((await greet(t, port, 'tls.example.com')).shown, 'other.org');
  wire.send('still here');
  await eventually(() => plain.wires[0]?.received === 'still here');
});

test('a backend that asks for TLS gets it where Postern sees the bytes, and the client\'s own where it does not', limit, async (t) => {
  const secure = await tlsBackend(t, 'a');
  const plan: StreamPlan = {
    listeners: {
      ended: { protocol: 'terminate', hostname: 'tls.example.com', hosts: [{ hostname: 'tls.example.com', route: 'main' }] },
      passed: { protocol: 'passthrough', hostname: '*.example.com', hosts: [{ hostname: '*.example.com', route: 'main' }] },
    },
    backends: { main: [secure] },
  };
  const ir = streamIr(plan);
  const asks = (serverName: string): Ir => ({ ...ir, backends: { main: { protocol: 'tcp', origin: ir.backends['main']!.origin, tls: { serverName, authorities: [certificate('other.org').chain], names: [] } } } });
  const { port, proxy } = await serveStreams(t, asks('other.org'));
  assert.deepEqual(await greet(t, port, 'tls.example.com'), { text: 'a saw other.org\n', shown: 'example.com' });
  assert.deepEqual(await greet(t, port, 'abc.example.com'), { text: 'a saw abc.example.com\n', shown: 'other.org' });
  await proxy.apply(asks('another.org'));
  const before = proxy.stats().streamsRefused;
  const unverified = connect({ port, host: '127.0.0.1', servername: 'tls.example.com', rejectUnauthorized: false });
  const wire = new Wire(unverified);
  await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
  unverified.destroy();
  assert.equal(wire.received, '');
  assert.equal(proxy.stats().streamsRefused, before + 1);
  assert.deepEqual(await greet(t, port, 'abc.example.com'), { text: 'a saw abc.example.com\n', shown: 'other.org' });
});
