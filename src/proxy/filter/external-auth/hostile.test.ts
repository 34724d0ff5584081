/** An authorizer may be broken or taken over: it decides who goes on, and nothing that it says can frame, add or split a message. */
import assert from 'node:assert/strict';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { selfSigned } from '../../../../test/harness/certificates.ts';
import type { AuthFilter } from '../../../ir/index.ts';
import { RequestHead } from '../../http1/request-head.ts';
import { toOptions } from '../../options.ts';
import { answering, endpoint, eventually, forwardTo, irOf, rawBackend, serve } from '../../testing/rig.test.ts';
import { compileHeaderEdit } from '../headers/compile.ts';
import { deniedAnswer, requestFilter, responseFilter } from './check-result.ts';
import { editedHead } from './edited-head.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const allow = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const auth = (changes: Partial<AuthFilter> = {}): AuthFilter => ({
  kind: 'auth', protocol: 'http', backend: 'auth', host: 'auth.default', pathPrefix: '', requestHeaders: [], responseHeaders: 'all', bodyBytes: 0, ...changes,
});

const name = fc.oneof(
  fc.constantFrom('host', 'Host', 'content-length', 'Content_Length', 'transfer-encoding', 'transfer_encoding', 'connection', 'upgrade', 'te', 'expect', 'x-user', 'X-User', 'cookie', ':path', ':authority', '', 'a b', 'x\r\ny', 'trailer'),
  fc.string({ maxLength: 8 }),
);
const value = fc.oneof(fc.constantFrom('chunked', '5', 'x\r\nContent-Length: 5', 'x\r\n\r\nGET / HTTP/1.1\r\n', 'x\ny', '\0', '\u010d\u010a', 'café'), fc.string({ maxLength: 12, unit: 'binary' }));
const header = fc.record({ name, value });
const headers = fc.array(header, { maxLength: 4 });

const client = 'POST /a?b=1 HTTP/1.1\r\nHost: a.test\r\nX-User: root\r\nx_user: root\r\nCookie: a=b\r\nExpect: 100-continue\r\nContent-Length: 7\r\nConnection: x-hop\r\nX-Hop: 1\r\n';
const { limits } = toOptions({});

test('whatever authorizers say, the head that goes on frames the same message for the same host and path', () => {
  const head = new RequestHead();
  fc.assert(fc.property(headers, headers, fc.array(name, { maxLength: 3 }), (set, add, remove) => {
    const filter = requestFilter({ set, add, remove }, { fields: [['x-user', 'root'], ['x_user', 'root'], ['cookie', 'a=b']] });
    const text = editedHead(client, compileHeaderEdit([filter], 'request-headers'));
    assert.equal(head.read(`${text}\r\n`, 0, limits), undefined, JSON.stringify(text));
    assert.deepEqual([head.method, head.path, head.query, head.host, head.contentLength, head.isChunked, head.upgrade, head.expectsContinue, head.end], ['POST', '/a', '?b=1', 'a.test', 7, false, '', true, text.length + 2]);
    assert.deepEqual(head.connection.names, ['x-hop']);
    const sets = set.some((it) => it.name.toLowerCase() === 'x-user' && compileHeaderEdit([{ ...filter, set: [it], add: [], remove: [] }], 'request-headers')?.lines !== '');
    if (sets) assert.doesNotMatch(head.header('x-user') ?? '', /^root$/);
  }), { numRuns: 3000 });
});

test('whatever authorizers say, an answer has lines that are whole fields and none of its framing', () => {
  fc.assert(fc.property(headers, (list) => {
    const { lines = '' } = deniedAnswer(403, list.map(({ name: key, value: text }) => [key.toLowerCase(), text] as const), '');
    const edit = compileHeaderEdit([responseFilter({ set: list, add: list })], 'response-headers');
    for (const line of `${lines}${edit?.lines ?? ''}`.split(/(?<=\n)/)) {
      if (line === '') continue;
      assert.match(line, /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\xff]*\r\n$/);
      assert.doesNotMatch(line, /^(?:content[-_]length|transfer[-_]encoding|connection|upgrade|te|trailer|keep-alive|host):/i);
    }
  }), { numRuns: 3000 });
});

test('a client that has ended its side still gets its answer', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const asked = await rawBackend(t, (wire) => { wire.socket.on('data', () => setTimeout(() => wire.send(allow), 30)); });
  const served = await serve(t, { backends: { main: [endpoint(main.port)], auth: [endpoint(asked.port)] }, routes: [{ action: forwardTo('main', [auth()]) }] });
  const wire = served.connect();
  wire.socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await wire.untilReceived('200 OK');
});

test('a client that has ended its side and whose authorizer is slow counts as gone', limit, async (t) => {
  const asked = await rawBackend(t);
  const served = await serve(t, { backends: { main: [], auth: [endpoint(asked.port)] }, routes: [{ action: forwardTo('main', [auth()]) }], settings: { timeouts: { halfCloseMs: 40 } } });
  const wire = served.connect();
  wire.socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => served.proxy.stats().clientAborts === 1);
  await eventually(() => asked.wires[0]?.hasEnded === true);
});

test('a body that authorizers wait for must come on', limit, async (t) => {
  const asked = await rawBackend(t);
  const served = await serve(t, { backends: { main: [], auth: [endpoint(asked.port)] }, routes: [{ action: forwardTo('main', [auth({ bodyBytes: 10 })]) }], settings: { timeouts: { bodyMs: 40 } } });
  assert.match(await served.ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'), /^HTTP\/1\.1 408 [^]*connection: close/);
  assert.match(await served.ask('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'), /^HTTP\/1\.1 400 [^]*connection: close/);
  assert.equal(asked.wires.length, 0);
});

for (const [what, answer, timeouts, status] of [
  ['never ends', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', { authMs: 60 }, 504],
  ['is too large', `HTTP/1.1 403 Forbidden\r\ncontent-length: 2000000\r\n\r\n${'x'.repeat(1_200_000)}`, {}, 502],
] as const) {
  test(`an authorizer whose answer ${what} lets nobody through: ${status}`, limit, async (t) => {
    const main = await rawBackend(t, answering(ok));
    const asked = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.send(answer)); });
    const served = await serve(t, { backends: { main: [endpoint(main.port)], auth: [endpoint(asked.port)] }, routes: [{ action: forwardTo('main', [auth()]) }], settings: { timeouts } });
    assert.match(await served.ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal(main.wires.length, 0);
  });
}

test('an authorizer over TLS is verified before it is told anything', limit, async (t) => {
  const { certificate, key } = selfSigned(['auth.test']);
  const server = createSecureServer({ cert: certificate, key }, (request, response) => {
    paths.push(request.url ?? '');
    response.end();
  });
  const paths: string[] = [];
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const main = await rawBackend(t, answering(ok));
  const plan = { backends: { main: [endpoint(main.port)], auth: [endpoint((server.address() as AddressInfo).port)] }, routes: [{ action: forwardTo('main', [auth()]) }] };
  const served = await serve(t, {});
  const secured = async (serverName: string): Promise<void> => {
    const ir = irOf(plan);
    await served.reapply({ ...ir, backends: { ...ir.backends, auth: { ...ir.backends['auth']!, tls: { serverName, authorities: [certificate], names: [] } } } });
  };
  const get = 'GET /secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  await secured('other.test');
  assert.match(await served.ask(get), /^HTTP\/1\.1 503 /);
  assert.deepEqual([paths, main.wires.length], [[], 0]);
  await secured('auth.test');
  assert.match(await served.ask(get), /^HTTP\/1\.1 200 /);
  assert.deepEqual(paths, ['/secret']);
});

test('backend and authorizer are told the same X-Request-Id', limit, async (t) => {
  const main = await rawBackend(t, answering(ok));
  const asked = await rawBackend(t, answering(allow));
  const served = await serve(t, { backends: { main: [endpoint(main.port)], auth: [endpoint(asked.port)] }, routes: [{ action: forwardTo('main', [auth({ requestHeaders: ['x-request-id'] })]) }] });
  await served.ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: mine\r\n\r\n');
  const [first, second] = [asked, main].map(({ wires }) => /x-request-id: (\S+)/.exec(wires[0]?.received ?? '')?.[1]);
  assert.match(first ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(first, second);
});
