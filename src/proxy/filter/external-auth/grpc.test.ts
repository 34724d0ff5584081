import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ClientHttp2Session, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { AuthFilter, Filter, Ir } from '../../../ir/index.ts';
import type { ProxySettings } from '../../options.ts';
import { answering, endpoint, eventually, forwardTo, irOf, rawBackend, serve } from '../../testing/rig.test.ts';
import { readMessage, writeMessage } from './check-messages.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const get = (lines = ''): string => `GET /a?b=1 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n${lines}\r\n`;
const auth = (changes: Partial<AuthFilter> = {}): AuthFilter => ({
  kind: 'auth', protocol: 'grpc', backend: 'auth', host: 'auth.default', pathPrefix: '', requestHeaders: 'all', responseHeaders: 'all', bodyBytes: 0, ...changes,
});

type Http = { readonly method: string; readonly path: string; readonly body?: string; readonly size: number; readonly headers: readonly { readonly key: string; readonly value: string }[] };

interface Authorizer {
  readonly port: number;
  readonly asked: { readonly headers: IncomingHttpHeaders; readonly http: Http; readonly from: string }[];
}

const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** Answers a call with a message and status OK. */
function reply(stream: ServerHttp2Stream, response: object): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(framed(writeMessage('CheckResponse', response)));
}

/** A server of `Check` that reads what it is asked with a library. */
async function authorizer(t: TestContext, answer: (stream: ServerHttp2Stream, http: Http) => void): Promise<Authorizer> {
  const asked: Authorizer['asked'] = [];
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
      const { attributes } = readMessage('CheckRequest', Buffer.concat(pieces).subarray(5)) as { attributes: { source: { address: { socketAddress: { address: string } } }; request: { http: Http } } };
      asked.push({ headers, http: attributes.request.http, from: attributes.source.address.socketAddress.address });
      answer(stream, attributes.request.http);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

async function guarded(t: TestContext, answer: (stream: ServerHttp2Stream, http: Http) => void, filters: readonly Filter[] = [auth()], settings: ProxySettings = {}) { // oxlint-disable-line max-params -- a rig.
  const main = await rawBackend(t, answering(ok));
  const server = await authorizer(t, answer);
  const plan = { backends: { main: [endpoint(main.port)], auth: [endpoint(server.port)] }, routes: [{ action: forwardTo('main', filters) }] };
  const ir = irOf(plan);
  const guardedIr: Ir = { ...ir, backends: { ...ir.backends, auth: { ...ir.backends['auth']!, protocol: 'h2c' } } };
  const served = await serve(t, { settings });
  await served.reapply(guardedIr);
  return { main, server, served, ir: guardedIr };
}

const heard = (main: { readonly wires: readonly { readonly received: string }[] }): string => main.wires.map(({ received }) => received).join('');

test('a call of Check shows the request, and OK lets it go on with the changes of the answer', limit, async (t) => {
  const option = (key: string, value: string, more: object = {}): object => ({ header: { key, value }, ...more });
  const { main, server, served } = await guarded(t, (stream) => reply(stream, { status: {}, okResponse: {
    headers: [option('x-user', 'ann'), option('x-list', 'b', { append: { value: true } }), option('x-absent', '1', { appendAction: 1 }), option('x-there', '2', { appendAction: 1 }), option('host', 'evil'), option('content-length', '9'), option('x-bad', 'a\r\nx-evil: 1')],
    headersToRemove: ['authorization', 'host', ':path'], responseHeadersToAdd: [option('x-seen', 'yes'), option('content-length', '9')],
  } }));
  const answer = await served.ask(get('Authorization: Bearer x\r\nX-User: root\r\nx_user: root\r\nX-List: a\r\nX-There: 1\r\n'));
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*x-seen: yes\r\n[^]*ok$/);
  assert.deepEqual([server.asked[0]?.headers[':path'], server.asked[0]?.headers['content-type'], server.asked[0]?.headers.te], ['/envoy.service.auth.v3.Authorization/Check', 'application/grpc', 'trailers']);
  const http = server.asked[0]?.http as Http;
  assert.deepEqual([http.method, http.path, http.body], ['GET', '/a?b=1', '']);
  const shown = Object.fromEntries(http.headers.map(({ key, value }) => [key, value]));
  assert.deepEqual([shown[':authority'], shown[':path'], shown['authorization'], shown['x-user'], shown['connection']], ['a.test', '/a?b=1', 'Bearer x', 'root', undefined]);
  const seen = heard(main);
  assert.match(seen, /x-user: ann\r\n/);
  assert.match(seen, /X-List: a\r\n[^]*x-list: b\r\n/);
  assert.match(seen, /X-There: 1\r\n[^]*x-absent: 1\r\n/);
  assert.match(seen, /^GET \/a\?b=1 HTTP\/1\.1\r\nHost: a\.test\r\n/);
  assert.doesNotMatch(seen, /root|Bearer|evil|content-length|x-there: 2/i);
});

test('the client behind a trusted proxy is told', limit, async (t) => {
  const { server, served } = await guarded(t, (stream) => reply(stream, {}), [auth()], { trustedProxies: ['127.0.0.1'] });
  await served.ask(get('X-Forwarded-For: 192.0.2.7\r\n'));
  const { served: plain, server: other } = await guarded(t, (stream) => reply(stream, {}));
  await plain.ask(get('X-Forwarded-For: 192.0.2.7\r\n'));
  assert.deepEqual([server.asked[0]?.from, other.asked[0]?.from], ['192.0.2.7', '127.0.0.1']);
});

test('only the headers of the list are shown', limit, async (t) => {
  const { server, served } = await guarded(t, (stream) => reply(stream, {}), [auth({ requestHeaders: ['x-token'] })]);
  assert.match(await served.ask(get('X-Token: t\r\nCookie: a=b\r\n')), /^HTTP\/1\.1 200 /);
  assert.deepEqual(server.asked[0]?.http.headers, [{ key: 'x-token', value: 't' }]);
});

test('a refusal has the status, headers and body of the answer, or is 403', limit, async (t) => {
  const { main, served } = await guarded(t, (stream, { path }) => reply(stream, path === '/plain' ? { status: { code: 7 } } : { status: { code: 16 }, deniedResponse: {
    status: { code: 401 }, headers: [{ header: { key: 'WWW-Authenticate', value: 'Basic' } }, { header: { key: 'content-length', value: '99' } }, { header: { key: 'bad name', value: '1' } }], body: 'nö',
  } }));
  const answer = await served.ask(get());
  assert.match(answer, /^HTTP\/1\.1 401 Unauthorized\r\n[^]*www-authenticate: Basic\r\ncontent-length: 3\r\n/);
  assert.equal(answer.endsWith(Buffer.from('\r\n\r\nnö').toString('latin1')), true);
  assert.doesNotMatch(answer, /bad name|99/);
  assert.match(await served.ask('GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 403 Forbidden\r\n/);
  assert.equal(main.wires.length, 0);
});

for (const [what, answer] of [
  ['a status of gRPC other than OK', (stream: ServerHttp2Stream) => stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true })],
  ['no status at all', (stream: ServerHttp2Stream) => { stream.respond({ ':status': 200 }); stream.end(framed(Buffer.alloc(0))); }],
  ['another HTTP status', (stream: ServerHttp2Stream) => stream.respond({ ':status': 503 }, { endStream: true })],
  ['no message', (stream: ServerHttp2Stream) => { stream.respond({ ':status': 200, 'grpc-status': '0' }); stream.end(); }],
  ['two messages', (stream: ServerHttp2Stream) => { stream.respond({ ':status': 200, 'grpc-status': '0' }); stream.end(Buffer.concat([framed(Buffer.alloc(0)), framed(Buffer.alloc(0))])); }],
  ['a message that is none', (stream: ServerHttp2Stream) => { stream.respond({ ':status': 200, 'grpc-status': '0' }); stream.end(framed(Buffer.from([10, 200, 1]))); }],
  ['yes and no', (stream: ServerHttp2Stream) => reply(stream, { status: {}, deniedResponse: { status: { code: 401 } } })],
  ['an error of its own', (stream: ServerHttp2Stream) => reply(stream, { status: { code: 13 }, errorResponse: {} })],
  ['changes of the query', (stream: ServerHttp2Stream) => reply(stream, { okResponse: { queryParametersToRemove: ['token'] } })],
] as const) {
  test(`an answer with ${what} lets nobody through: 502`, limit, async (t) => {
    const { main, served } = await guarded(t, answer);
    assert.match(await served.ask(get()), /^HTTP\/1\.1 502 /);
    assert.equal(main.wires.length, 0);
  });
}

test('a stream that is reset lets nobody through: 503', limit, async (t) => {
  const { main, served } = await guarded(t, (stream) => stream.close(8));
  assert.match(await served.ask(get()), /^HTTP\/1\.1 503 /);
  assert.equal(main.wires.length, 0);
});

/** A client over HTTP/2 by prior knowledge. */
async function client(t: TestContext, port: number): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`);
  await once(session, 'connect');
  t.after(() => session.destroy());
  return session;
}

async function result(session: ClientHttp2Session, headers: Record<string, string>, body: readonly (string | Buffer)[] = []): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }> {
  const stream = session.request({ ':path': '/', ...headers }, { endStream: body.length === 0 });
  for (const piece of body) stream.write(piece);
  if (body.length > 0) stream.end();
  const [answer] = await once(stream, 'response') as [IncomingHttpHeaders & { ':status': number }];
  let text = '';
  for await (const piece of stream.setEncoding('latin1')) text += piece;
  return { status: answer[':status'], headers: answer, body: text };
}

test('requests over HTTP/2 wait for their own answers only', limit, async (t) => {
  const held: ServerHttp2Stream[] = [];
  const { main, served } = await guarded(t, (stream, { path }) => (path === '/slow' ? void held.push(stream) : reply(stream, path === '/no' ? { status: { code: 7 } } : { okResponse: { headers: [{ header: { key: 'x-user', value: 'ann' } }] } })));
  const session = await client(t, served.port);
  const slow = result(session, { ':path': '/slow' });
  const [yes, no] = await Promise.all([result(session, { ':path': '/yes', 'x-user': 'root' }), result(session, { ':path': '/no' })]);
  assert.deepEqual([yes.status, yes.body, no.status], [200, 'ok', 403]);
  await eventually(() => held.length === 1);
  reply(held[0] as ServerHttp2Stream, {});
  assert.equal((await slow).status, 200);
  assert.doesNotMatch(heard(main), /root|\/no/);
});

test('over HTTP/2 a refused call of gRPC gets a status of gRPC', limit, async (t) => {
  const { served } = await guarded(t, (stream) => reply(stream, { status: { code: 16 }, deniedResponse: { status: { code: 401 }, headers: [{ header: { key: 'content-type', value: 'text/html' } }, { header: { key: 'x-why', value: '1' } }], body: 'who?' } }));
  const { status, headers } = await result(await client(t, served.port), { ':method': 'POST', 'content-type': 'application/grpc' }, ['x']);
  assert.deepEqual([status, headers['grpc-status'], headers['content-type'], headers['x-why']], [200, '16', 'application/grpc', '1']);
});

test('over HTTP/2 a body larger than the window waits for the check and streams on', limit, async (t) => {
  const held: ServerHttp2Stream[] = [];
  const size = 400_000;
  const { server, served, ir } = await guarded(t, (stream) => void held.push(stream));
  const main = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (wire.received.endsWith('0\r\n\r\n')) wire.send(ok); }); });
  await served.reapply({ ...ir, endpoints: { ...ir.endpoints, main: [endpoint(main.port)] } });
  const answer = result(await client(t, served.port), { ':method': 'POST' }, [Buffer.alloc(size, 'x')]);
  await eventually(() => held.length === 1);
  assert.equal(main.wires.length, 0);
  assert.equal(server.asked[0]?.http.size, 0);
  reply(held[0] as ServerHttp2Stream, {});
  assert.deepEqual((await answer).status, 200);
  assert.equal(heard(main).replaceAll(/[^x]/g, '').length >= size, true);
});

test('over HTTP/2 a body is shown whole, and one that is too large is refused', limit, async (t) => {
  const { main, server, served, ir } = await guarded(t, (stream) => reply(stream, {}), [auth({ bodyBytes: 200_000 })]);
  const whole = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (/0\r\n\r\n$|ab$/.test(wire.received)) wire.send(ok); }); });
  await served.reapply({ ...ir, endpoints: { ...ir.endpoints, main: [endpoint(whole.port)] } });
  const session = await client(t, served.port);
  assert.equal((await result(session, { ':method': 'POST', expect: '100-continue' }, [Buffer.alloc(180_000, 'x')])).status, 200);
  assert.equal(server.asked[0]?.http.body?.length, 180_000);
  assert.equal(heard(whole).replaceAll(/[^x]/g, '').length >= 180_000, true);
  assert.doesNotMatch(heard(whole), /expect/);
  assert.equal((await result(session, { ':method': 'POST' }, ['ab'])).status, 200);
  assert.equal((await result(session, { ':method': 'POST' }, [Buffer.alloc(210_000)])).status, 413);
  assert.equal((await result(session, { ':method': 'POST', 'content-length': '210000' }, [Buffer.alloc(210_000)])).status, 413);
  assert.equal(server.asked.length, 2);
  assert.equal(main.wires.length, 0);
});

test('a stream that its client resets ends the question', limit, async (t) => {
  let closed = 0;
  const { server, served } = await guarded(t, (stream) => { stream.on('close', () => { closed++; }); });
  const stream = (await client(t, served.port)).request({ ':path': '/' });
  stream.on('error', () => undefined);
  await eventually(() => server.asked.length === 1);
  stream.close(8);
  await eventually(() => closed === 1 && served.proxy.stats().activeRequests === 0);
});

test('over HTTP/2 what an authorizer sets can be sent as no trailer', limit, async (t) => {
  const { main, served } = await guarded(t, (stream) => reply(stream, { okResponse: { headers: [{ header: { key: 'x-user', value: 'ann' } }] } }));
  const stream = (await client(t, served.port)).request({ ':method': 'POST', ':path': '/' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-user': 'root', 'x-sum': '1' }));
  stream.end('body');
  await once(stream.resume(), 'response');
  await eventually(() => heard(main).includes('x-sum: 1'));
  assert.doesNotMatch(heard(main), /root/);
});

test('what authorizers of the listener and of the rule add to the answer, and the filters of the route behind them', limit, async (t) => {
  const added = (key: string, value: string): object => ({ header: { key, value } });
  let at = 0;
  const { served, ir } = await guarded(t, (stream) => reply(stream, { okResponse: { responseHeadersToAdd: ++at % 2 === 1 ? [added('x-listener', '1'), added('x-both', 'listener'), added('x-route', 'listener')] : [added('x-rule', '2'), added('x-both', 'rule')] } }), [
    auth(), { kind: 'response-headers', set: [{ name: 'x-route', value: 'route' }], add: [], remove: [] },
  ]);
  await served.reapply({ ...ir, listeners: { web: { ...ir.listeners['web']!, filters: [auth()] } } });
  const answer = await served.ask(get());
  for (const line of ['x-listener: 1', 'x-both: rule', 'x-rule: 2', 'x-route: route']) assert.equal(answer.split(`${line}\r\n`).length, 2, `${line} in ${answer}`);
  assert.doesNotMatch(answer, /listener\r\n/);
});

test('an authorizer over HTTP may speak HTTP/2', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const seen: string[] = [];
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    seen.push([headers[':method'], headers[':path'], headers[':authority'], headers['authorization'], headers['content-length']].join(' '));
    stream.respond({ ':status': seen.length === 1 ? 200 : 401, 'x-user': 'ann', 'www-authenticate': 'Basic' }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const ir = irOf({ backends: { main: [endpoint(main.port)], auth: [endpoint((server.address() as AddressInfo).port)] }, routes: [{ action: forwardTo('main', [auth({ protocol: 'http', requestHeaders: [] })]) }] });
  const served = await serve(t, {});
  await served.reapply({ ...ir, backends: { ...ir.backends, auth: { ...ir.backends['auth']!, protocol: 'h2c' } } });
  assert.match(await served.ask(get('Authorization: Bearer x\r\n')), /^HTTP\/1\.1 200 /);
  assert.match(await served.ask(get()), /^HTTP\/1\.1 401 Unauthorized\r\n[^]*www-authenticate: Basic/);
  assert.deepEqual(seen, ['GET /a?b=1 a.test Bearer x 0', 'GET /a?b=1 a.test  0']);
  assert.match(heard(main), /x-user: ann/);
});
