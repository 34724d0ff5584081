import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answering, endpoint, eventually, forwardTo, rawBackend, refusing, serve } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

test('connections are reused, and a stale one costs no request', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    wire.socket.on('data', () => {
      // The first connection answers once, then closes as soon as a second request reaches it.
      if (wire === backend.wires[0] && wire.received.split('\r\n\r\n').length > 2) wire.socket.destroy();
      else wire.send(ok);
    });
  });
  const { ask, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  for (let i = 0; i < 3; i++) assert.match(await ask(get), /^HTTP\/1\.1 200 OK/);
  assert.equal(backend.wires.length, 2);
  assert.equal(proxy.stats().retries, 1);
  assert.equal(proxy.stats().upstreamReuses, 2);
});

test('a request that must not come twice is not sent twice', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    wire.socket.on('data', () => {
      if (wire.received.includes('POST')) wire.socket.destroy();
      else wire.send(ok);
    });
  });
  const { ask, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  await ask(get);
  assert.match(await ask('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx'), /^HTTP\/1\.1 502 /);
  assert.equal(proxy.stats().retries, 0);
  assert.equal(backend.wires.filter(({ received }) => received.includes('POST')).length, 1);
});

test('bytes after a response end its connection and reach nobody', limit, async (t) => {
  const backend = await rawBackend(t, answering(`${ok}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  for (let i = 0; i < 2; i++) assert.match(await ask(get), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
  assert.equal(backend.wires.length, 2);
});

test('an endpoint that refuses connections is passed over, also with a streamed body', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (wire.received.endsWith('end')) wire.send(ok); }); });
  const { connect, proxy } = await serve(t, { backends: { main: [refusing(), endpoint(backend.port)] } });
  const wire = connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\nbegin');
  await eventually(() => backend.wires[0]?.received.endsWith('begin') === true);
  wire.send('end');
  await wire.untilReceived('ok');
  assert.equal(proxy.stats().retries, 1);
});

test('without a usable endpoint the answer is 503, with a broken backend 502', limit, async (t) => {
  const broken = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx'));
  const closing = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.socket.end()); });
  const { ask } = await serve(t, {
    backends: { none: [], refused: [refusing(), refusing(2)], broken: [endpoint(broken.port)], closing: [endpoint(closing.port)] },
    routes: ['none', 'refused', 'broken', 'closing'].map((name) => ({ match: { path: { kind: 'exact', value: `/${name}` } }, action: forwardTo(name) })),
  });
  const askFor = (name: string): Promise<string> => ask(get.replace('/', `/${name}`));
  assert.match(await askFor('none'), /^HTTP\/1\.1 503 [^]*no ready endpoint/);
  assert.match(await askFor('refused'), /^HTTP\/1\.1 503 [^]*accepts connections/);
  assert.match(await askFor('broken'), /^HTTP\/1\.1 502 [^]*malformed/);
  assert.match(await askFor('closing'), /^HTTP\/1\.1 502 [^]*closed the connection/);
});

test('a response that breaks off is never passed for a whole one', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    wire.socket.once('data', () => wire.socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'));
  });
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  const wire = connect();
  wire.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await wire.untilClosed();
  assert.equal(wire.received.includes('0\r\n\r\n'), false);
});
