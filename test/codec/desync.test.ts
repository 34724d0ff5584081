/** Requests that come in pauses, answers that come before the request, and requests of HTTP/2: no byte of a body ever becomes a request. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Ir } from '../../src/ir/index.ts';
import { preface } from '../../src/proxy/http2/frames.ts';
import { frame, framesOf, get, headers, post } from '../../src/proxy/http2/testing/frames.ts';
import { type Accepted, irFor, openProxy, rawServer, RecordingBackend } from './rig.ts';

const limit = { timeout: 30_000 };
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly';

/** `/own` is answered by the proxy, the rest goes to the backend. */
function withOwn(ir: Ir): Ir {
  const [web, all] = [ir.listeners['web'], ir.routes['all']];
  assert.ok(web !== undefined && all !== undefined);
  return {
    ...ir, listeners: { web: { ...web, hosts: [{ hostname: '', routes: ['own', 'all'] }] } },
    routes: { ...ir.routes, own: { ...all, match: { path: { kind: 'prefix', value: '/own' } }, action: { kind: 'respond', status: 404, because: 'nothing' } } },
  };
}

interface Client {
  readonly socket: Socket;
  received: string;
  /** Waits until the answers hold this, or the connection ends. */
  until(part: string): Promise<boolean>;
}

async function clientOf(t: TestContext, port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  t.after(() => socket.destroy());
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const client: Client = {
    socket, received: '',
    until: (part) => new Promise((resolve) => {
      const look = (): void => {
        const isHere = client.received.includes(part);
        if (!isHere && !socket.destroyed && !socket.readableEnded) return;
        for (const event of ['data', 'end', 'close']) socket.off(event, look);
        resolve(isHere);
      };
      for (const event of ['data', 'end', 'close']) socket.on(event, look);
      look();
    }),
  };
  socket.prependListener('data', (piece: Buffer) => { client.received += piece.toString('latin1'); });
  return client;
}

async function open(t: TestContext, onData: (connection: Accepted) => void): Promise<{ readonly port: number; readonly accepted: Accepted[] }> {
  const raw = await rawServer(onData);
  const { proxy, port } = await openProxy(irFor(raw.port, withOwn));
  t.after(async () => {
    await proxy.close(0);
    await raw.close();
  });
  return { port, accepted: raw.accepted };
}

const heads = [
  ['a length', `Content-Length: ${smuggled.length}`], ['a length and an expectation', `Content-Length: ${smuggled.length}\r\nExpect: 100-continue`], ['chunks', 'Transfer-Encoding: chunked'],
] as const;

for (const [name, line] of heads) {
  test(`pause-based: a body with ${name} behind the proxy's own answer is no request (CL.0)`, limit, async (t) => {
    const backend = new RecordingBackend();
    const { port } = await open(t, backend.onData);
    const client = await clientOf(t, port);
    client.socket.write(`POST /own HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`);
    assert.ok(await client.until('\r\n\r\n'));
    client.socket.write(smuggled);
    assert.equal(await client.until('smuggled 0'), false, 'the body was read as a request');
    assert.deepEqual(backend.requests, []);
    assert.match(client.received, /^HTTP\/1\.1 404 /);
    assert.equal(client.received.split('HTTP/1.1 ').length, 2, client.received);
  });

  test(`pause-based: a backend that answers before a body with ${name} gets no request out of it`, limit, async (t) => {
    const { port, accepted } = await open(t, (connection) => {
      // It answers heads, whatever their bodies: CL.0.
      if (!connection.received.includes('\r\n\r\n') || connection.received.includes('answered')) return;
      connection.socket.write(ok);
      connection.received += 'answered';
    });
    const client = await clientOf(t, port);
    client.socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`);
    assert.ok(await client.until('early'));
    client.socket.write(`${smuggled}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.equal(await client.until('earlyHTTP'), false, `what came behind was answered: ${client.received}`);
    // Another client's request does not go behind the half request.
    const other = await clientOf(t, port);
    other.socket.write('GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    assert.ok(await other.until('early'));
    const { received } = accepted.find((it) => it.received.includes('/other')) as Accepted;
    assert.ok(received.startsWith('GET /other '), received);
  });
}

test('an expectation that is answered with an error: the body that was held back is no request', limit, async (t) => {
  const { port } = await open(t, ({ socket }) => { socket.write('HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'); });
  const client = await clientOf(t, port);
  client.socket.write(`POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${smuggled.length}\r\n\r\n`);
  assert.ok(await client.until('417'));
  client.socket.write(smuggled.repeat(2));
  assert.equal(await client.until('HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\nHTTP'), false);
});

const authority = ':authority';
const crlf = '\r\nTransfer-Encoding: chunked\r\n\r\n';
type Fields = readonly (readonly [string, string])[];
const but = (name: string, value: string): Fields => [...get.filter(([it]) => it !== name), [name, value]].sort(([a]) => (a?.startsWith(':') === true ? -1 : 1)) as Fields;

/** Each is answered with a reset or an error, or reaches the backend as one request; none of them as two. */
const downgrades: Readonly<Record<string, readonly Buffer[]>> = {
  'H2.CL: a length that is too small': [headers(1, [...post, ['content-length', '0']]), frame(0, 1, 1, Buffer.from(smuggled))],
  'H2.CL: a length that is too great': [headers(1, [...post, ['content-length', '500']]), frame(0, 1, 1, Buffer.from(smuggled))],
  'H2.CL: a length in a request without a body': [headers(1, [...get, ['content-length', '30']], 1)],
  'H2.CL: a list of lengths': [headers(1, [...post, ['content-length', '5, 5']]), frame(0, 1, 1, Buffer.from('hello'))],
  'H2.CL: a sign': [headers(1, [...post, ['content-length', '+5']]), frame(0, 1, 1, Buffer.from('hello'))],
  'H2.TE': [headers(1, [...post, ['transfer-encoding', 'chunked']]), frame(0, 1, 1, Buffer.from(`0\r\n\r\n${smuggled}`))],
  'H2.TE: the name with a blank': [headers(1, [...post, ['transfer-encoding ', 'chunked']]), frame(0, 1, 1, Buffer.from(`0\r\n\r\n${smuggled}`))],
  'H2.TE: in the trailers': [headers(1, post), frame(0, 0, 1, Buffer.from('hello')), headers(1, [['transfer-encoding', 'chunked']], 1)],
  'H2.X: CRLF in a value': [headers(1, [...get, ['x', `y${crlf}0\r\n\r\n${smuggled}`]], 1)],
  'H2.X: CRLF in a name': [headers(1, [...get, [`x: y${crlf}`, 'z']], 1)],
  'H2.X: LF in a value': [headers(1, [...get, ['x', 'y\nz: 1']], 1)],
  'H2.X: a colon in a name': [headers(1, [...get, ['transfer-encoding: chunked', 'x']], 1)],
  'H2.X: CRLF in the method': [headers(1, but(':method', `GET / HTTP/1.1${crlf}GET`), 1)],
  'H2.X: blanks in the method': [headers(1, but(':method', 'GET /smuggled HTTP/1.1'), 1)],
  'H2.X: CRLF in the path': [headers(1, but(':path', `/ HTTP/1.1${crlf}`), 1)],
  'H2.X: blanks in the path': [headers(1, but(':path', '/ HTTP/1.1 x'), 1)],
  'H2.X: a tab in the path': [headers(1, but(':path', '/\tHTTP/1.1'), 1)],
  'H2.X: CRLF in the authority': [headers(1, but(authority, `a${crlf}`), 1)],
  'H2.X: a path in the authority': [headers(1, but(authority, 'a/smuggled'), 1)],
  'H2.X: CRLF in the scheme': [headers(1, but(':scheme', `http://a/smuggled HTTP/1.1${crlf}`), 1)],
  'H2.X: a URL in the scheme': [headers(1, but(':scheme', 'http://evil/?'), 1)],
  'H2.X: two hosts': [headers(1, [...get, ['host', 'evil']], 1)],
  'H2.X: an upgrade': [headers(1, [...get, ['upgrade', 'h2c'], ['http2-settings', 'AAMAAABkAAQAAP__']], 1)],
  'H2.0: a body that looks like a request': [headers(1, post), frame(0, 1, 1, Buffer.from(smuggled))],
};

for (const [name, sent] of Object.entries(downgrades)) {
  test(name, limit, async (t) => {
    const backend = new RecordingBackend();
    const { port } = await open(t, backend.onData);
    const client = await clientOf(t, port);
    client.socket.write(Buffer.concat([Buffer.from(preface), frame(4, 0, 0), ...sent, frame(6, 0, 0, '00000000000000aa')]));
    const isOver = (): boolean => framesOf(client.received).some(({ type, stream, flags }) => (stream === 1 && (type === 3 || (flags & 1) === 1 && type < 2)) || type === 7);
    while (!isOver() && !client.socket.destroyed) await once(client.socket, 'data');
    assert.deepEqual(backend.faults, [], 'the backend got bytes without one reading');
    assert.deepEqual(backend.requests.filter(({ target }) => target.includes('smuggled')), []);
    assert.ok(backend.requests.length <= 1);
    if (name.startsWith('H2.0')) assert.deepEqual(backend.requests.map(({ body }) => body), [smuggled]);
    else assert.deepEqual(backend.requests.map(({ fields }) => fields.map(([it]) => it)).flat().filter((it) => it === 'x' || it === 'upgrade'), []);
  });
}
