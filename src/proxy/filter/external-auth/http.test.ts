import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthFilter, Filter, Ir } from '../../../ir/index.ts';
import { answering, endpoint, eventually, forwardTo, irOf, type Plan, rawBackend, type RawBackend, serve, type Wire } from '../../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const allow = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n';
const get = (lines = ''): string => `GET /a?b=1 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n${lines}\r\n`;
const auth = (changes: Partial<AuthFilter> = {}): AuthFilter => ({
  kind: 'auth', protocol: 'http', backend: 'auth', host: 'auth.default', pathPrefix: '', requestHeaders: [], responseHeaders: 'all', bodyBytes: 0, ...changes,
});
const set = (name: string, value: string): Filter => ({ kind: 'request-headers', set: [{ name, value }], add: [], remove: [] });

/** A plan whose requests go to `main` when the server behind `accept` lets them. */
async function guarded(t: import('node:test').TestContext, accept: (wire: Wire) => void, { filters = [auth()], answer = ok, settings }: { filters?: readonly Filter[]; answer?: string; settings?: Plan['settings'] } = {}) {
  const main = await rawBackend(t, answering(answer));
  const asked = await rawBackend(t, accept);
  const plan: Plan = { backends: { main: [endpoint(main.port)], auth: [endpoint(asked.port)] }, routes: [{ action: forwardTo('main', filters) }], ...(settings === undefined ? {} : { settings }) };
  return { main, asked, plan, served: await serve(t, plan) };
}

const heard = ({ wires }: RawBackend): string => wires.map(({ received }) => received).join('');

test('a request goes on when the authorizer answers 200, which sees only what it always sees', limit, async (t) => {
  const { main, asked, served } = await guarded(t, answering(`${allow}\r\n`));
  assert.match(await served.ask(get('Authorization: Bearer x\r\nCookie: a=b\r\nX-Other: 1\r\n')), /^HTTP\/1\.1 200 OK[^]*ok$/);
  assert.equal(heard(asked), 'GET /a?b=1 HTTP/1.1\r\nhost: a.test\r\nauthorization: Bearer x\r\ncontent-length: 0\r\n\r\n');
  assert.match(heard(main), /^GET \/a\?b=1 HTTP\/1\.1\r\n[^]*Cookie: a=b/);
  assert.equal(served.proxy.stats().authChecks, 1);
});

test('path prefix and further headers of the request', limit, async (t) => {
  const { asked, served } = await guarded(t, answering(`${allow}\r\n`), { filters: [auth({ pathPrefix: '/check/', requestHeaders: ['x-token', 'x-forwarded-for', 'content-length', 'transfer-encoding'] })] });
  await served.ask(get('X-Token: 1\r\nx-token: 2\r\n'));
  assert.match(heard(asked), /^GET \/check\/a\?b=1 HTTP\/1\.1\r\nhost: a\.test\r\nx-token: 1\r\nx-token: 2\r\nx-forwarded-for: 127\.0\.0\.1\r\ncontent-length: 0\r\n\r\n$/);
});

test('any other answer goes to the client with headers and body, and no backend sees the request', limit, async (t) => {
  const denial = 'HTTP/1.1 302 Found\r\nlocation: /login\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nconnection: x-hop\r\nx-hop: 1\r\ndate: Mon, 01 Jan 2024 00:00:00 GMT\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n3\r\n<p>\r\n0\r\n\r\n';
  const { main, served } = await guarded(t, answering(denial));
  const answer = await served.ask(get());
  assert.match(answer, /^HTTP\/1\.1 302 Found\r\n/);
  assert.match(answer, /location: \/login\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-type: text\/html\r\ncontent-length: 3\r\n[^]*\r\n\r\n<p>$/);
  assert.doesNotMatch(answer, /x-hop|2024|chunked/);
  assert.equal(main.wires.length, 0);
  assert.equal(served.proxy.stats().authDenied, 1);
});

test('success that is not 200 is a refusal and looks like one', limit, async (t) => {
  const { main, served } = await guarded(t, answering('HTTP/1.1 204 No Content\r\n\r\n'));
  assert.match(await served.ask(get()), /^HTTP\/1\.1 403 /);
  assert.equal(main.wires.length, 0);
});

for (const [what, accept, status] of [
  ['closes', (wire: Wire) => wire.socket.destroy(), 503],
  ['answers nonsense', answering('what?\r\n\r\n'), 502],
  ['says nothing', () => undefined, 504],
] as const) {
  test(`an authorizer that ${what} lets nobody through: ${status}`, limit, async (t) => {
    const { main, served } = await guarded(t, accept, status === 504 ? { settings: { timeouts: { authMs: 60 } } } : {});
    assert.match(await served.ask(get()), new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal(main.wires.length, 0);
    assert.equal(served.proxy.stats().authFailed, 1);
  });
}

test('an authorizer that is not there, or has no endpoint, lets nobody through', limit, async (t) => {
  const { asked, main, plan, served } = await guarded(t, () => undefined);
  asked.server.close();
  assert.match(await served.ask(get()), /^HTTP\/1\.1 503 /);
  await served.reapply(irOf({ ...plan, backends: { main: [endpoint(main.port)], auth: [] } }));
  assert.match(await served.ask(get()), /^HTTP\/1\.1 503 /);
  assert.equal(main.wires.length, 0);
});

test('headers of the answer go on with the request; a client can say none of them, in no spelling', limit, async (t) => {
  const { main, served } = await guarded(t, answering(`${allow}x-user: ann\r\nx-user: eve\r\nx-other: 1\r\nconnection: x-hop\r\nx-hop: 1\r\n\r\n`), { filters: [auth({ responseHeaders: ['x-user', 'x-groups', 'content-length', 'transfer-encoding', 'host', 'x-hop'] })] });
  await served.ask(get('X-User: root\r\nx_user: root\r\nX-Groups: admin\r\nX_Groups: admin\r\nX-Mine: 1\r\n'));
  const seen = heard(main);
  assert.match(seen, /x-user: ann\r\nx-user: eve\r\n/);
  assert.match(seen, /X-Mine: 1/);
  assert.doesNotMatch(seen, /root|admin|x-other|x-hop|content-length|transfer-encoding/i);
});

test('without a list all headers of the answer go on but those about the answer itself', limit, async (t) => {
  const { main, served } = await guarded(t, answering(`${allow}x-user: ann\r\nhost: evil\r\nauthority: evil\r\ncontent-type: text/html\r\nserver: s\r\ntransfer_encoding: chunked\r\nexpect: 100-continue\r\n\r\n`));
  await served.ask(get('X-User: root\r\nX-Mine: 1\r\n'));
  assert.match(heard(main), /X-Mine: 1\r\n[^]*x-user: ann\r\n/);
  assert.doesNotMatch(heard(main), /root|evil|text\/html|server|chunked|expect/);
});

test('filters before the check are seen by it, those after it have the last word', limit, async (t) => {
  const filters = [set('x-a', 'before'), auth({ requestHeaders: ['x-a', 'x-b'] }), set('x-b', 'after'), { kind: 'rewrite', path: { kind: 'full', value: '/new' } }] as Filter[];
  const { main, asked, served } = await guarded(t, answering(`${allow}x-a: auth\r\nx-b: auth\r\n\r\n`), { filters });
  await served.ask(get('X-B: client\r\n'));
  assert.match(heard(asked), /^GET \/a\?b=1 HTTP[^]*x-b: client\r\nx-a: before\r\n/);
  assert.match(heard(main), /^GET \/new\?b=1 HTTP[^]*x-a: auth\r\nx-b: after\r\n/);
});

test('two checks, the second sees what the first said', limit, async (t) => {
  const { main, asked, served } = await guarded(t, answering(`${allow}x-user: ann\r\n\r\n`), { filters: [auth(), auth({ requestHeaders: ['x-user'] })] });
  await served.ask(get('X-User: root\r\n'));
  assert.match(heard(asked), /content-length: 0\r\n\r\nGET [^]*x-user: ann\r\n/);
  assert.doesNotMatch(heard(asked), /root/);
  assert.match(heard(main), /x-user: ann/);
});

test('the body goes along where it is asked for, whole and with its length, and to the backend as it came', limit, async (t) => {
  const { main, asked, served } = await guarded(t, answering(`${allow}\r\n`), { filters: [auth({ bodyBytes: 10 })] });
  const wire = served.connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  wire.send('2\r\nde\r\n0\r\n\r\n');
  await eventually(() => heard(main).endsWith('0\r\n\r\n'));
  assert.match(heard(asked), /content-length: 5\r\n\r\nabcde$/);
  assert.match(heard(main), /transfer-encoding: chunked\r\n[^]*3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n$/);
});

test('a body that is too large for the authorizer is refused before anybody is asked', limit, async (t) => {
  const { main, asked, served } = await guarded(t, answering(`${allow}\r\n`), { filters: [auth({ bodyBytes: 4 })] });
  assert.match(await served.ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'), /^HTTP\/1\.1 413 [^]*connection: close/);
  assert.match(await served.ask('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n'), /^HTTP\/1\.1 413 [^]*connection: close/);
  assert.equal(main.wires.length + asked.wires.length, 0);
});

test('a client that waits for 100 gets it when its body is to be seen, and the backend is not asked for another', limit, async (t) => {
  const { main, served } = await guarded(t, answering(`${allow}\r\n`), { filters: [auth({ bodyBytes: 10 })] });
  const wire = served.connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
  await wire.untilReceived('HTTP/1.1 100 Continue\r\n\r\n');
  wire.send('ab');
  await wire.untilReceived('200 OK');
  assert.doesNotMatch(heard(main), /expect/i);
});

test('a client that waits for 100 is refused without its body', limit, async (t) => {
  const { served } = await guarded(t, answering('HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic\r\ncontent-length: 0\r\n\r\n'));
  const answer = await served.ask('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 401 Unauthorized\r\n[^]*www-authenticate: Basic\r\n[^]*connection: close/);
});

/** An authorizer that waits for `release`. */
function patient(): { readonly accept: (wire: Wire) => void; release(answer: string): void } {
  const waiting: Wire[] = [];
  return { accept: (wire) => { wire.socket.once('data', () => waiting.push(wire)); }, release: (answer) => { for (const wire of waiting.splice(0)) wire.send(answer); } };
}

test('a body that comes while the authorizer thinks streams on after it', limit, async (t) => {
  const { accept, release } = patient();
  const { plan, asked, served } = await guarded(t, accept);
  const size = 300_000;
  const main = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if ((wire.received.split('\r\n\r\n')[1]?.length ?? 0) >= size) wire.send(ok); }); });
  await served.reapply(irOf({ ...plan, backends: { ...plan.backends, main: [endpoint(main.port)] } }));
  const wire = served.connect();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
  wire.socket.write(Buffer.alloc(200_000, 'x'));
  await eventually(() => heard(asked).endsWith('\r\n\r\n'));
  assert.equal(main.wires.length, 0);
  release(`${allow}\r\n`);
  await eventually(() => heard(main).length > 200_000);
  wire.socket.write(Buffer.alloc(100_000, 'x'));
  await wire.untilReceived('200 OK');
  await eventually(() => heard(main).split('\r\n\r\n')[1]?.length === size);
});

test('requests that were sent together are answered in order, each asked for', limit, async (t) => {
  const { main, asked, served } = await guarded(t, answering(`${allow}\r\n`));
  const wire = served.connect();
  wire.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /3 HTTP/1.1\r\nHost: a\r\n\r\n');
  await wire.until(({ received }) => received.split('200 OK').length === 4);
  assert.deepEqual(heard(main).match(/\/\d HTTP/g), ['/1 HTTP', '/2 HTTP', '/3 HTTP']);
  assert.deepEqual(heard(asked).match(/\/\d HTTP/g), ['/1 HTTP', '/2 HTTP', '/3 HTTP']);
});

test('a refused request in a row does not spoil those behind it', limit, async (t) => {
  let count = 0;
  const { main, served } = await guarded(t, (wire) => { wire.socket.on('data', () => wire.send(++count === 1 ? 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno' : `${allow}\r\n`)); });
  const wire = served.connect();
  wire.send('POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
  await wire.untilReceived('200 OK');
  assert.match(wire.received, /^HTTP\/1\.1 403 Forbidden\r\n[^]*\r\n\r\nnoHTTP\/1\.1 200 OK/);
  assert.match(heard(main), /^GET \/2 /);
});

test('a client that leaves ends the question', limit, async (t) => {
  const { asked, served } = await guarded(t, () => undefined);
  const wire = served.connect();
  wire.send(get());
  await eventually(() => heard(asked).endsWith('\r\n\r\n'));
  wire.socket.destroy();
  await eventually(() => asked.wires[0]?.hasEnded === true && served.proxy.stats().activeRequests === 0);
  assert.equal(served.proxy.stats().clientAborts, 1);
});

test('the time of the check is time of the request', limit, async (t) => {
  const { plan, main, served } = await guarded(t, () => undefined);
  await served.reapply(irOf({ ...plan, routes: [{ action: { ...forwardTo('main', [auth()]), requestTimeoutMs: 60 } as ReturnType<typeof forwardTo> }] }));
  assert.match(await served.ask(get()), /^HTTP\/1\.1 504 /);
  assert.equal(main.wires.length, 0);
});

test('upgrades pass the gate too', limit, async (t) => {
  const { accept, release } = patient();
  const { main, asked, served } = await guarded(t, accept, { answer: 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello' });
  const wire = served.connect();
  wire.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
  await eventually(() => heard(asked).endsWith('\r\n\r\n'));
  assert.doesNotMatch(heard(asked), /upgrade/i);
  assert.equal(main.wires.length, 0);
  release(`${allow}x-user: ann\r\n\r\n`);
  await wire.untilReceived('hello');
  wire.send('tunnel');
  await eventually(() => heard(main).endsWith('tunnel'));
  assert.match(heard(main), /upgrade: websocket[^]*x-user: ann|x-user: ann[^]*upgrade: websocket/i);
});

test('HEAD: the check is a HEAD, a refusal has no body', limit, async (t) => {
  const { asked, served } = await guarded(t, answering('HTTP/1.1 403 Forbidden\r\ncontent-length: 9\r\n\r\n'));
  assert.match(await served.ask('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 403 Forbidden\r\n[^]*\r\n\r\n$/);
  assert.match(heard(asked), /^HEAD /);
});

test('a connection to the authorizer that was kept and turned out closed is no reason to refuse', limit, async (t) => {
  let answered = 0;
  const { asked, served } = await guarded(t, (wire) => { wire.socket.on('data', () => (asked.wires.indexOf(wire) === 0 && answered++ > 0 ? wire.socket.destroy() : wire.send(`${allow}\r\n`))); });
  for (let i = 0; i < 2; i++) assert.match(await served.ask(get()), /^HTTP\/1\.1 200 /);
  assert.equal(asked.wires.length, 2);
});

test('a redirect with a check is no way around it, and a preflight needs none', limit, async (t) => {
  const { plan, served } = await guarded(t, answering('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'));
  const cors: Filter = { kind: 'cors', origins: ['https://a.test'], methods: ['GET'], headers: [], exposeHeaders: [], credentials: true, maxAgeSeconds: 5 };
  await served.reapply(irOf({ ...plan, routes: [{ action: { kind: 'redirect', status: 302, hostname: 'b.test', filters: [auth(), cors] } }] }));
  const denied = await served.ask(get('Origin: https://a.test\r\n'));
  assert.match(denied, /^HTTP\/1\.1 401 [^]*access-control-allow-origin: https:\/\/a\.test/);
  assert.doesNotMatch(denied, /location/);
  assert.match(await served.ask('OPTIONS / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nOrigin: https://a.test\r\nAccess-Control-Request-Method: GET\r\n\r\n'), /^HTTP\/1\.1 204 /);
});

test('copies go to mirrors only of requests that were let in, as the filters before the mirror left them', limit, async (t) => {
  const copy = await rawBackend(t, answering(ok));
  const { plan, asked, served } = await guarded(t, (wire) => { wire.socket.on('data', () => wire.send(wire.received.includes('/no ') ? 'HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n' : `${allow}x-user: ann\r\n\r\n`)); });
  await served.reapply(irOf({ ...plan, backends: { ...plan.backends, copy: [endpoint(copy.port)] }, routes: [{ action: forwardTo('main', [{ kind: 'mirror', backend: 'copy', share: 1 }, auth(), { kind: 'mirror', backend: 'copy', share: 1 }, set('x-late', '1')]) }] }));
  await served.ask('GET /no HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.equal(copy.wires.length, 0);
  asked.wires[0]?.socket.destroy();
  await served.ask('GET /yes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await eventually(() => copy.wires.length === 2 && copy.wires.every(({ received }) => received.endsWith('\r\n\r\n')));
  assert.equal(copy.wires.filter(({ received }) => received.includes('x-user: ann')).length, 1);
  assert.doesNotMatch(heard(copy), /x-late/);
});

test('what an authorizer sets can be sent as no trailer', limit, async (t) => {
  const { main, served } = await guarded(t, answering(`${allow}x-user: ann\r\n\r\n`));
  const wire = served.connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-User: root\r\nX-Sum: 1\r\n\r\n');
  await eventually(() => heard(main).endsWith('\r\n\r\n') && heard(main).includes('X-Sum: 1'));
  assert.doesNotMatch(heard(main), /root/);
});

/** A listener whose requests are asked about before routes are matched. */
function onListener(plan: Plan, filters: NonNullable<Ir['listeners'][string]['filters']>): Ir {
  const ir = irOf(plan);
  return { ...ir, listeners: { web: { ...ir.listeners['web']!, filters } } };
}

test('a filter of the listener comes before the match, which sees what it says', limit, async (t) => {
  const { plan, asked, main, served } = await guarded(t, (wire) => { wire.socket.on('data', () => wire.send(`${allow}x-tenant: ${wire.received.includes('Bearer a') ? 'a' : 'b'}\r\nhost: evil\r\n\r\n`)); });
  const routes = [{ match: { headers: [{ name: 'x-tenant', kind: 'exact' as const, value: 'a' }] }, action: forwardTo('main') }];
  await served.reapply(onListener({ ...plan, routes }, [auth()]));
  assert.match(await served.ask(get('Authorization: Bearer a\r\nX-Tenant: b\r\n')), /^HTTP\/1\.1 200 /);
  asked.wires[0]?.socket.destroy();
  assert.match(await served.ask(get('Authorization: Bearer b\r\nX-Tenant: a\r\n')), /^HTTP\/1\.1 404 /);
  assert.match(heard(main), /x-tenant: a/);
  assert.doesNotMatch(heard(main), /evil|X-Tenant/);
});

test('a filter of the listener refuses what no route would take, and comes before that of the rule', limit, async (t) => {
  let status = '401 Unauthorized';
  const { plan, asked, served } = await guarded(t, (wire) => { wire.socket.on('data', () => wire.send(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`)); });
  await served.reapply(onListener({ ...plan, routes: [] }, [auth()]));
  assert.match(await served.ask(get()), /^HTTP\/1\.1 401 /);
  status = '200 OK';
  assert.match(await served.ask(get()), /^HTTP\/1\.1 404 /);
  await served.reapply(onListener({ ...plan, routes: [{ action: forwardTo('main', [auth({ pathPrefix: '/rule' })]) }] }, [auth({ pathPrefix: '/listener' })]));
  assert.match(await served.ask('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab'), /^HTTP\/1\.1 200 /);
  assert.deepEqual(heard(asked).match(/\/(?:rule|listener)\//g), ['/listener/', '/rule/']);
});

test('a filter of the listener that cannot be run ends every request', limit, async (t) => {
  const { plan, main, served } = await guarded(t, answering(`${allow}\r\n`));
  await served.reapply(onListener(plan, [auth(), { kind: 'respond', status: 500, because: 'listener-filter-not-resolved' }]));
  assert.match(await served.ask(get()), /^HTTP\/1\.1 500 [^]*Listener filter not resolved\./);
  assert.equal(main.wires.length, 0);
});
