import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Ir } from '../../ir/index.ts';
import type { ProxySettings } from '../index.ts';
import { endpoint, eventually, irOf, type Plan, rawBackend, type RawBackend, serve, type Served } from '../testing/rig.test.ts';
import { certificate } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const narrow = (more: Partial<ProxySettings['limits']> = {}, waitingMs = 20_000): ProxySettings => (
  { limits: { endpointRequests: 1, ...more }, timeouts: { waitingMs, upstreamIdleMs: 20_000 } }
);

/** The paths that a backend was asked for, in order. */
const paths = ({ wires }: RawBackend): string[] => wires.flatMap(({ received }) => [...received.matchAll(/^[A-Z]+ (\S+) HTTP/gm)].map((it) => it[1] as string));

async function rigOf(t: TestContext, settings: ProxySettings, count = 1): Promise<{ rig: Served; backends: RawBackend[] }> {
  const backends = await Promise.all(Array.from({ length: count }, () => rawBackend(t)));
  const plan: Plan = { backends: { main: backends.map(({ port }) => endpoint(port)) }, settings };
  return { rig: await serve(t, plan), backends };
}

test('requests beyond the limit wait, and follow one after the other on the connection that is there', limit, async (t) => {
  const { rig, backends: [backend] } = await rigOf(t, narrow());
  const answers = [];
  for (const [index, path] of ['/1', '/2', '/3'].entries()) {
    answers.push(rig.ask(get(path)));
    await eventually(() => rig.proxy.stats().activeWaiting === index && rig.proxy.stats().requests === index + 1);
  }
  for (let i = 1; i <= 3; i++) {
    await eventually(() => paths(backend!).length === i);
    backend!.wires[0]!.send(ok);
  }
  for (const answer of await Promise.all(answers)) assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.deepEqual(paths(backend!), ['/1', '/2', '/3']);
  assert.equal(backend!.wires.length, 1);
  const { waited, activeWaiting, overloaded } = rig.proxy.stats();
  assert.deepEqual([waited, activeWaiting, overloaded], [2, 0, 0]);
});

test('a busy endpoint is passed over while another has room', limit, async (t) => {
  const { rig, backends } = await rigOf(t, narrow(), 2);
  for (let i = 0; i < 2; i++) {
    rig.connect().send(get('/'));
    await eventually(() => backends.flatMap(paths).length === i + 1);
  }
  assert.deepEqual(backends.map((it) => paths(it).length), [1, 1]);
  backends[1]!.wires[0]!.send(ok);
  for (let i = 2; i < 5; i++) {
    const asked = rig.ask(get('/'));
    await eventually(() => paths(backends[1]!).length === i);
    backends[1]!.wires[0]!.send(ok);
    assert.match(await asked, /^HTTP\/1\.1 200 /);
  }
  assert.equal(rig.proxy.stats().waited, 0);
});

test('more than may wait is answered 503 at once, with Retry-After', limit, async (t) => {
  const { rig, backends: [backend] } = await rigOf(t, narrow({ waitingRequests: 1 }));
  rig.connect().send(get('/1'));
  await eventually(() => paths(backend!).length === 1);
  rig.connect().send(get('/2'));
  await eventually(() => rig.proxy.stats().activeWaiting === 1);
  assert.match(await rig.ask(get('/3')), /^HTTP\/1\.1 503 [^]*retry-after: 1\r\n[^]*busy/i);
  assert.equal(rig.proxy.stats().overloaded, 1);
});

test('who waits too long is answered 503', limit, async (t) => {
  const { rig, backends: [backend] } = await rigOf(t, narrow({}, 60));
  rig.connect().send(get('/1'));
  await eventually(() => paths(backend!).length === 1);
  assert.match(await rig.ask(get('/2')), /^HTTP\/1\.1 503 [^]*retry-after: 1\r\n/i);
  assert.deepEqual([rig.proxy.stats().activeWaiting, rig.proxy.stats().overloaded], [0, 1]);
});

test('a client that leaves leaves the line', limit, async (t) => {
  const { rig, backends: [backend] } = await rigOf(t, narrow());
  rig.connect().send(get('/1'));
  await eventually(() => paths(backend!).length === 1);
  const impatient = rig.connect();
  impatient.send(get('/2'));
  await eventually(() => rig.proxy.stats().activeWaiting === 1);
  impatient.socket.destroy();
  await eventually(() => rig.proxy.stats().activeWaiting === 0);
  const third = rig.ask(get('/3'));
  await eventually(() => rig.proxy.stats().activeWaiting === 1);
  backend!.wires[0]!.send(ok);
  await eventually(() => paths(backend!).length === 2);
  backend!.wires[0]!.send(ok);
  assert.match(await third, /^HTTP\/1\.1 200 /);
  assert.deepEqual(paths(backend!), ['/1', '/3']);
});

test('a body that comes while its request waits is sent whole', limit, async (t) => {
  const { rig, backends: [backend] } = await rigOf(t, narrow());
  rig.connect().send(get('/1'));
  await eventually(() => paths(backend!).length === 1);
  const poster = rig.connect();
  poster.send('POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlong\r\n');
  await eventually(() => rig.proxy.stats().activeWaiting === 1);
  poster.send('5\r\nwords\r\n');
  backend!.wires[0]!.send(ok);
  await eventually(() => backend!.wires.some(({ received }) => received.includes('words')));
  poster.send('0\r\n\r\n');
  await eventually(() => backend!.wires.some(({ received }) => received.endsWith('0\r\n\r\n')));
  const wire = backend!.wires.find(({ received }) => received.includes('POST'))!;
  assert.match(wire.received, /4\r\nlong\r\n5\r\nwords\r\n0\r\n\r\n$/);
  wire.send(ok);
  await poster.untilReceived('200 OK');
});

test('a connection that breaks makes room', limit, async (t) => {
  const { rig, backends: [backend] } = await rigOf(t, narrow());
  const first = rig.ask(get('/1'));
  await eventually(() => paths(backend!).length === 1);
  const second = rig.ask(get('/2'));
  await eventually(() => rig.proxy.stats().activeWaiting === 1);
  backend!.wires[0]!.socket.destroy();
  assert.match(await first, /^HTTP\/1\.1 502 /);
  await eventually(() => paths(backend!).length === 2);
  backend!.wires[1]!.send(ok);
  assert.match(await second, /^HTTP\/1\.1 200 /);
});

test('a new endpoint takes those who wait', limit, async (t) => {
  const { rig, backends: [busy, fresh] } = await rigOf(t, narrow(), 2);
  await rig.reapply(irOf({ backends: { main: [endpoint(busy!.port)] } }));
  rig.connect().send(get('/1'));
  await eventually(() => paths(busy!).length === 1);
  const second = rig.ask(get('/2'));
  await eventually(() => rig.proxy.stats().activeWaiting === 1);
  await rig.reapply(irOf({ backends: { main: [endpoint(busy!.port), endpoint(fresh!.port)] } }));
  await eventually(() => paths(fresh!).length === 1);
  fresh!.wires[0]!.send(ok);
  assert.match(await second, /^HTTP\/1\.1 200 /);
});

test('the limit of a backend itself counts before that of the proxy', limit, async (t) => {
  const backend = await rawBackend(t);
  const rig = await serve(t, {});
  const ir = irOf({ backends: { main: [endpoint(backend.port)] } });
  await rig.reapply({ ...ir, backends: { main: { ...ir.backends['main']!, limits: { requestsPerEndpoint: 2, waiting: 0, waitingMs: 1000 } } } });
  for (let i = 1; i <= 2; i++) {
    rig.connect().send(get('/'));
    await eventually(() => paths(backend).length === i);
  }
  assert.match(await rig.ask(get('/')), /^HTTP\/1\.1 503 /);
});

interface StreamBackend {
  readonly port: number;
  readonly streams: ServerHttp2Stream[];
  readonly sessions: Set<ServerHttp2Session>;
}

async function streamBackend(t: TestContext): Promise<StreamBackend> {
  const server: Http2Server = createServer();
  const streams: ServerHttp2Stream[] = [];
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream) => {
    stream.on('error', () => stream.close());
    streams.push(stream);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, streams, sessions };
}

test('over HTTP/2 streams are counted', limit, async (t) => {
  const backend = await streamBackend(t);
  const rig = await serve(t, { settings: narrow({ endpointRequests: 2 }) });
  const ir = irOf({ backends: { main: [endpoint(backend.port)] } });
  await rig.reapply({ ...ir, backends: { main: { ...ir.backends['main']!, protocol: 'h2c' } } });
  const answers = [1, 2, 3].map((it) => rig.ask(get(`/${it}`)));
  await eventually(() => backend.streams.length === 2 && rig.proxy.stats().activeWaiting === 1);
  const answer = (stream: ServerHttp2Stream): void => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  };
  answer(backend.streams[0]!);
  await eventually(() => backend.streams.length === 3);
  // Requests that are lost with a connection that had worked go out again on another, and count there.
  for (const session of backend.sessions) session.destroy();
  await eventually(() => backend.streams.length === 5);
  assert.equal(backend.sessions.size, 2);
  for (const stream of backend.streams.slice(3)) answer(stream);
  for (const text of await Promise.all(answers)) assert.match(text, /^HTTP\/1\.1 200 /);
});

test('who waits for a backend whose TLS can\'t be used any more is told so at once, however it was reached', limit, async (t) => {
  const shown = certificate('client.test');
  for (const upstreamCertificate of [undefined, 'shown']) {
    const server = certificate('example.com');
    let asked = 0;
    const backend = createSecureServer({ cert: server.chain, key: server.key.reveal() }, () => { asked++; });
    backend.listen(0, '127.0.0.1');
    await once(backend, 'listening');
    t.after(() => { backend.closeAllConnections(); backend.close(); });
    const plan: Plan = { backends: { main: [endpoint((backend.address() as AddressInfo).port)] }, settings: narrow() };
    const plain = irOf(plan);
    const irWith = (tls: NonNullable<Ir['backends'][string]['tls']>): Ir => ({
      ...plain, certificates: { shown }, backends: { main: { ...plain.backends['main']!, tls } },
      listeners: Object.fromEntries(Object.entries(plain.listeners).map(([key, it]) => [key, { ...it, ...(upstreamCertificate === undefined ? {} : { upstreamCertificate }) }])),
    });
    const rig = await serve(t, plan);
    await rig.reapply(irWith({ serverName: 'example.com', authorities: [server.chain], names: [] }));
    rig.connect().send(get('/1'));
    await eventually(() => asked === 1);
    const second = rig.ask(get('/2'));
    await eventually(() => rig.proxy.stats().activeWaiting === 1);
    await rig.reapply(irWith('refused'));
    assert.match(await second, /^HTTP\/1\.1 503 [^]*TLS settings/);
    assert.deepEqual([rig.proxy.stats().overloaded, rig.proxy.stats().activeWaiting], [0, 0]);
  }
});
