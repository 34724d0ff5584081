import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Filter } from '../../../ir/index.ts';
import { answering, endpoint, eventually, forwardTo, irOf, rawBackend, serve, type Plan } from '../../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const get = 'GET /a?b=1 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';
const mirror = (backend: string, share = 1): Filter => ({ kind: 'mirror', backend, share });
const add = (name: string): Filter => ({ kind: 'request-headers', set: [], add: [{ name, value: '1' }], remove: [] });

test('a copy goes to every mirror, as the filters before it left the request, and its answer is thrown away', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const one = await rawBackend(t, answering('HTTP/1.1 500 No\r\ncontent-length: 3\r\n\r\nbad'));
  const two = await rawBackend(t, answering(ok));
  const filters: Filter[] = [add('x-first'), mirror('one'), { kind: 'rewrite', path: { kind: 'full', value: '/new' } }, mirror('two'), add('x-last')];
  const { ask, proxy } = await serve(t, {
    backends: { main: [endpoint(main.port)], one: [endpoint(one.port)], two: [endpoint(two.port)] },
    routes: [{ action: forwardTo('main', filters) }],
  });
  assert.match(await ask(get), /^HTTP\/1\.1 200 OK[^]*ok$/);
  await eventually(() => one.wires[0]?.received.endsWith('\r\n\r\n') === true && two.wires[0]?.received.endsWith('\r\n\r\n') === true);
  const [first, second, primary] = [one, two, main].map((it) => it.wires[0]?.received ?? '') as [string, string, string];
  assert.match(first, /^GET \/a\?b=1 HTTP\/1\.1\r\n[^]*host: a\.test\r\n/i);
  assert.match(first, /x-first: 1/);
  assert.doesNotMatch(first, /x-last/);
  assert.match(second, /^GET \/new\?b=1 /);
  assert.doesNotMatch(second, /x-last/);
  assert.match(primary, /^GET \/new\?b=1 [^]*x-first: 1\r\n[^]*x-last: 1/);
  assert.equal(proxy.stats().mirrored, 2);
});

test('connections to a mirror are used again', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const copy = await rawBackend(t, answering(ok));
  const { ask } = await serve(t, { backends: { main: [endpoint(main.port)], copy: [endpoint(copy.port)] }, routes: [{ action: forwardTo('main', [mirror('copy')]) }] });
  for (let i = 1; i <= 3; i++) {
    await ask(get);
    await eventually(() => copy.wires.map((it) => it.received).join('').split('GET ').length === i + 1);
  }
  assert.ok(copy.wires.length <= 2, `${copy.wires.length} connections`);
});

const bodies = async (t: import('node:test').TestContext, plan: Omit<Plan, 'backends'>, accept: Parameters<typeof rawBackend>[1]) => {
  const main = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (wire.received.endsWith('end')) wire.send(ok); }); });
  const copy = await rawBackend(t, accept);
  return { copy, main, served: await serve(t, { backends: { main: [endpoint(main.port)], copy: [endpoint(copy.port)] }, ...plan }) };
};

test('a body that comes in pieces reaches the mirror too', limit, async (t) => {
  const { copy, served } = await bodies(t, { routes: [{ action: forwardTo('main', [mirror('copy')]) }] }, (wire) => wire.socket.on('data', () => { if (wire.received.endsWith('end')) wire.send(ok); }));
  const wire = served.connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbegin');
  await eventually(() => copy.wires[0]?.received.endsWith('begin') === true);
  wire.send('end');
  await wire.untilReceived('200 OK');
  await eventually(() => copy.wires[0]?.received.endsWith('beginend') === true);
});

test('a mirror that reads nothing is cut off, and the request is not slowed', limit, async (t) => {
  const size = 12 << 20;
  const main = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (wire.received.length > size) wire.send(ok); }); });
  const copy = await rawBackend(t, (wire) => wire.socket.pause());
  const served = await serve(t, { backends: { main: [endpoint(main.port)], copy: [endpoint(copy.port)] }, routes: [{ action: forwardTo('main', [mirror('copy')]) }] });
  const wire = served.connect();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
  wire.socket.write(Buffer.alloc(size, 'x'));
  await wire.untilReceived('200 OK');
  assert.equal(served.proxy.stats().mirrorsLost, 1);
});

test('a mirror that is not there harms nobody', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const gone = await rawBackend(t);
  gone.server.close();
  const { ask, proxy } = await serve(t, {
    backends: { main: [endpoint(main.port)], gone: [endpoint(gone.port)], empty: [] },
    routes: [{ action: forwardTo('main', [mirror('gone'), mirror('empty')]) }],
  });
  assert.match(await ask(get), /^HTTP\/1\.1 200 OK/);
  await eventually(() => proxy.stats().mirrorsLost === 2);
});

test('a retry is not copied again', limit, async (t) => {
  let requests = 0;
  const main = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.send(++requests < 3 ? 'HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n' : ok)); });
  const copy = await rawBackend(t, answering(ok));
  const action = { ...forwardTo('main', [mirror('copy')]), retry: { codes: [503], attempts: 3 } };
  const { ask, proxy } = await serve(t, { backends: { main: [endpoint(main.port)], copy: [endpoint(copy.port)] }, routes: [{ action }] });
  assert.match(await ask(get), /^HTTP\/1\.1 200 OK/);
  assert.equal(requests, 3);
  assert.equal(proxy.stats().mirrored, 1);
});

test('a share of the requests is copied, across the targets of a rule', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const other = await rawBackend(t, answering(ok));
  const copy = await rawBackend(t, answering(ok));
  const target = (backend: string) => ({ weight: 1, to: { kind: 'backend' as const, backend }, filters: [] });
  const { connect, proxy } = await serve(t, {
    backends: { main: [endpoint(main.port)], other: [endpoint(other.port)], copy: [endpoint(copy.port)] },
    routes: [{ action: { kind: 'forward', filters: [mirror('copy', 0.35)], targets: [target('main'), target('other')] } }],
  });
  const wire = connect();
  for (let i = 1; i <= 200; i++) {
    wire.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await wire.until(({ received }) => received.split('HTTP/1.1 200').length > i);
  }
  assert.ok(Math.abs(proxy.stats().mirrored - 70) <= 4, `${proxy.stats().mirrored} of 200`);
});

test('a backend that only a mirror names is served with the next apply', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const copy = await rawBackend(t, answering(ok));
  const { ask, reapply, proxy } = await serve(t, { backends: { main: [endpoint(main.port)] } });
  await reapply(irOf({ backends: { main: [endpoint(main.port)], copy: [endpoint(copy.port)] }, routes: [{ action: forwardTo('main', [mirror('copy')]) }] }));
  await ask(get);
  assert.equal(proxy.stats().mirrored, 1);
});

test('a mirror that speaks HTTP/2 gets copies of requests that came whole', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const paths: string[] = [];
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.setEncoding('utf8').on('data', (body: string) => paths.push(`${headers[':method']} ${headers[':path']} ${body}`));
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const plan = { backends: { main: [endpoint(main.port)], copy: [endpoint((server.address() as AddressInfo).port)] }, routes: [{ action: forwardTo('main', [mirror('copy')]) }] };
  const { ask, reapply, proxy } = await serve(t, {});
  const ir = irOf(plan);
  await reapply({ ...ir, backends: { ...ir.backends, copy: { ...ir.backends['copy']!, protocol: 'h2c' } } });
  assert.match(await ask('POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody'), /^HTTP\/1\.1 200 OK/);
  await eventually(() => paths.length === 1);
  assert.deepEqual(paths, ['POST /x body']);
  await proxy.close(0);
});

/** An HTTP/2 server that answers 200 to each whole request and keeps its body. */
async function http2Server(t: import('node:test').TestContext): Promise<{ readonly port: number; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer();
  server.on('stream', (stream) => {
    let body = '';
    stream.setEncoding('utf8').on('data', (piece: string) => { body += piece; });
    stream.on('end', () => {
      bodies.push(body);
      stream.respond({ ':status': 200 }, { endStream: true });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, bodies };
}

test('a stream over HTTP/2 is copied while it flows, where mirror and backend both speak HTTP/2', limit, async (t) => {
  const main = await http2Server(t);
  const copy = await http2Server(t);
  const { reapply, proxy, port } = await serve(t, {});
  const ir = irOf({ backends: { main: [endpoint(main.port)], copy: [endpoint(copy.port)] }, routes: [{ action: forwardTo('main', [mirror('copy')]) }] });
  await reapply({ ...ir, backends: { main: { ...ir.backends['main']!, protocol: 'h2c' }, copy: { ...ir.backends['copy']!, protocol: 'h2c' } } });
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.write('one');
  await eventually(() => proxy.stats().mirrored === 1);
  stream.end('two');
  const [headers] = await once(stream, 'response') as [{ ':status'?: number }];
  assert.equal(headers[':status'], 200);
  await eventually(() => copy.bodies.length === 1);
  assert.deepEqual([main.bodies, copy.bodies], [['onetwo'], ['onetwo']]);
  stream.resume();
  session.destroy();
  await proxy.close(0);
});
