import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Action, Filter, HeaderFilter, PathRewrite, Redirect } from '../../ir/index.ts';
import { endpoint, forwardTo, serve } from '../testing/rig.test.ts';
import { locationOf } from './redirect/location.ts';
import { rewritePath } from './rewrite/rewrite.ts';

const limit = { timeout: 30_000 };

function headers(kind: HeaderFilter['kind'], change: Partial<Pick<HeaderFilter, 'set' | 'add' | 'remove'>>): HeaderFilter {
  return { kind, set: [], add: [], remove: [], ...change };
}

/** A backend that answers with what it got, and with some headers to change. */
async function echo(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    response.setHeader('X-Keep', 'k').setHeader('X-Set', 'old').setHeader('x-remove', 'r').setHeader('X-Add', 'a');
    response.end(JSON.stringify({ url: request.url, headers: request.headersDistinct }));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function seenBy(t: TestContext, action: Action, request: string): Promise<{ url: string; headers: Record<string, string[]> }> {
  const { ask } = await serve(t, { backends: { main: [endpoint(await echo(t))] }, routes: [{ action }] });
  const response = await ask(request);
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n'))) as { url: string; headers: Record<string, string[]> };
}

test('request headers are removed, set and added, whatever the case of what came', limit, async (t) => {
  const { headers: seen } = await seenBy(t, forwardTo('main', [headers('request-headers', {
    set: [{ name: 'x-set', value: 'new' }, { name: 'x-forwarded-proto', value: 'https' }, { name: 'content-length', value: '9' }],
    add: [{ name: 'x-add', value: 'two' }], remove: ['x-remove'],
  })]), 'GET / HTTP/1.1\r\nHost: a\r\nX-Set: 1\r\nx-SET: 2\r\nX-Add: one\r\nX-Remove: r\r\nX-Keep: k\r\nConnection: close, x-keep\r\n\r\n');
  assert.deepEqual(seen['x-set'], ['new']);
  assert.deepEqual(seen['x-add'], ['one', 'two']);
  assert.equal(seen['x-remove'], undefined);
  assert.equal(seen['content-length'], undefined);
  assert.deepEqual(seen['x-forwarded-proto'], ['https']);
  assert.equal(seen['x-keep'], undefined);
});

test('filters of the target run after those of the rule', limit, async (t) => {
  const first: Filter[] = [headers('request-headers', { set: [{ name: 'x-a', value: 'rule' }], add: [{ name: 'x-b', value: 'rule' }] })];
  const second: Filter[] = [headers('request-headers', { remove: ['x-a'], add: [{ name: 'x-b', value: 'target' }] })];
  const { headers: seen } = await seenBy(t, {
    kind: 'forward', filters: first, targets: [{ weight: 1, to: { kind: 'backend', backend: 'main' }, filters: second }],
  }, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.equal(seen['x-a'], undefined);
  assert.deepEqual(seen['x-b'], ['rule', 'target']);
});

test('response headers are changed', limit, async (t) => {
  const { ask } = await serve(t, { backends: { main: [endpoint(await echo(t))] }, routes: [{ action: forwardTo('main', [
    headers('response-headers', { set: [{ name: 'x-set', value: 'new' }], add: [{ name: 'x-add', value: 'b' }], remove: ['x-remove'] }),
  ]) }] });
  const head = (await ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  assert.ok(head.includes('X-Keep: k') && head.includes('x-set: new') && head.includes('X-Add: a') && head.includes('x-add: b'));
  assert.ok(!head.some((line) => /^x-remove|old$/i.test(line)));
});

test('host and path are rewritten; X-Forwarded-Host keeps what the client asked for', limit, async (t) => {
  const seen = await seenBy(t, forwardTo('main', [{ kind: 'rewrite', hostname: 'one.example.org', path: { kind: 'prefix', match: '/strip', value: '/' } }]),
    'GET /strip/a%20b?q=/strip HTTP/1.1\r\nHost: rewrite.example:81\r\nConnection: close\r\n\r\n');
  assert.equal(seen.url, '/a%20b?q=/strip');
  assert.deepEqual(seen.headers['host'], ['one.example.org']);
  assert.deepEqual(seen.headers['x-forwarded-host'], ['rewrite.example:81']);
});

test('prefixes are replaced as the table of HTTPPathModifier says', () => {
  const cases = [
    ['/foo/bar', '/foo', '/xyz', '/xyz/bar'], ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'], ['/foo', '/foo', '/xyz', '/xyz'],
    ['/foo/', '/foo', '/xyz', '/xyz/'], ['/foo/bar', '/foo', '', '/bar'], ['/foo/', '/foo', '', '/'], ['/foo', '/foo', '', '/'],
    ['/foo/', '/foo', '/', '/'], ['/foo', '/foo', '/', '/'], ['/foo/bar', '', '/xyz', '/xyz/foo/bar'], ['/', '', '/xyz', '/xyz/'], ['/foobar', '/foo', '/x', '/foobar'],
  ] as const;
  for (const [path, match, value, result] of cases) assert.equal(rewritePath(path, { kind: 'prefix', match, value }), result, `${path} ${match} ${value}`);
  assert.equal(rewritePath('/a', { kind: 'full', value: '/b' } satisfies PathRewrite), '/b');
});

test('a Location follows the port rules of HTTPRequestRedirectFilter', () => {
  const asked = { scheme: 'http', host: 'a.example:8080', path: '/p/x', query: '?q', port: 8080 } as const;
  const redirect = (change: Partial<Redirect>): Redirect => ({ kind: 'redirect', status: 302, filters: [], ...change });
  const cases: readonly (readonly [change: Partial<Redirect>, port: number, scheme: 'http' | 'https', location: string])[] = [
    [{}, 8080, 'http', 'http://a.example:8080/p/x?q'],
    [{}, 80, 'http', 'http://a.example/p/x?q'],
    [{ scheme: 'https' }, 8080, 'http', 'https://a.example/p/x?q'],
    [{ scheme: 'http' }, 443, 'https', 'http://a.example/p/x?q'],
    [{ scheme: 'https', port: 8443 }, 80, 'http', 'https://a.example:8443/p/x?q'],
    [{ port: 443 }, 80, 'http', 'http://a.example:443/p/x?q'],
    [{ port: 80 }, 8080, 'http', 'http://a.example/p/x?q'],
    [{ port: 443 }, 443, 'https', 'https://a.example/p/x?q'],
    [{ hostname: 'b.example' }, 80, 'http', 'http://b.example/p/x?q'],
    [{ path: { kind: 'prefix', match: '/p', value: '/new' } }, 80, 'http', 'http://a.example/new/x?q'],
    [{ path: { kind: 'full', value: '/new' } }, 80, 'http', 'http://a.example/new?q'],
  ];
  for (const [change, port, scheme, location] of cases) assert.equal(locationOf(redirect(change), { ...asked, port, scheme }), location, JSON.stringify(change));
});

test('a redirect is answered at once, and the connection goes on', limit, async (t) => {
  const { connect } = await serve(t, { routes: [{ action: { kind: 'redirect', status: 308, hostname: 'b.example', filters: [headers('response-headers', { set: [{ name: 'x-a', value: '1' }] })] } }] });
  const wire = connect();
  for (let i = 0; i < 2; i++) {
    wire.received = '';
    wire.send('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc');
    await wire.untilReceived('\r\n\r\n');
    assert.match(wire.received, /^HTTP\/1\.1 308 Permanent Redirect\r\n[^]*location: http:\/\/b\.example\/x\r\nx-a: 1\r\ncontent-length: 0\r\n\r\n$/);
  }
});
