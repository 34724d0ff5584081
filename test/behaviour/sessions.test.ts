/** Session persistence on real sockets: clients that keep cookies and fields, from manifests to pods (GEP-1619). */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2, createServer as createHttp2Server, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { type IncomingMessage, request as requestOnce } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { ProxySettings } from '../../src/proxy/index.ts';
import { selfSigned } from '../harness/certificates.ts';
import type { Manifest } from './harness/behaviour-case.ts';
import { native } from './harness/data-plane.ts';
import { World } from './harness/world.ts';

const refs = (...names: readonly string[]): unknown[] => names.map((name) => ({ name, port: 80 }));

function routeOf(rule: Record<string, unknown>): Manifest {
  return { kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: 'gw' }], rules: [rule] } };
}

const cookieRule = { sessionPersistence: { cookie: {} }, backendRefs: refs('a') };

type Settings = Pick<ProxySettings, 'trustedProxies' | 'sessionKey'>;

async function worldOf(t: TestContext, manifests: readonly Manifest[], backends: Record<string, { pods: number }> = { a: { pods: 3 } }, settings: Settings = {}): Promise<World> { // oxlint-disable-line max-params -- what is served, by what.
  const world = await World.start({ about: '', spec: '', manifests, backends, settings, steps: [] }, native);
  t.after(() => world.stop());
  assert.deepEqual(world.errors, []);
  return world;
}

interface Got {
  readonly status: number;
  readonly pod: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

function get(world: World, headers: Readonly<Record<string, string>> = {}, path = '/'): Promise<Got> {
  const { address, port } = world.placeOf(undefined);
  return new Promise((resolve, reject) => {
    requestOnce({ host: address, port, path, headers: { host: 'example.test', ...headers }, agent: false }, (response) => {
      let pod = '';
      response.setEncoding('latin1').on('data', (piece: string) => { pod += piece; });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, pod, headers: response.headers }));
    }).on('error', reject).end();
  });
}

/** The name and value of the only cookie that an answer sets. */
function cookieOf({ headers }: Got): string {
  const [line, ...more] = [headers['set-cookie'] ?? []].flat();
  assert.ok(line !== undefined && more.length === 0, `one Set-Cookie, got ${JSON.stringify(headers)}`);
  return line.slice(0, line.indexOf(';'));
}

test('HTTPRouteSessionPersistence: a client with its cookie comes to the same pod, one without to any', async (t) => {
  const world = await worldOf(t, [routeOf(cookieRule)]);
  const first = await get(world);
  const line = String([first.headers['set-cookie']].flat()[0]);
  assert.match(line, /^postern-[a-z0-9]+=[A-Za-z0-9_-]{22}; Path=\/; HttpOnly; SameSite=Strict$/);
  const cookie = cookieOf(first);
  for (let i = 0; i < 50; i++) {
    const next = await get(world, { cookie: `theme=dark; ${cookie}; x=y` });
    assert.equal(next.pod, first.pod);
    assert.equal(next.headers['set-cookie'], undefined);
  }
  const strangers = new Set<string>();
  for (let i = 0; i < 9; i++) strangers.add((await get(world)).pod);
  assert.equal(strangers.size, 3);
});

test('the cookie goes on to the pod, and tells neither its name nor its address', async (t) => {
  const world = await worldOf(t, [routeOf(cookieRule)]);
  const first = await get(world);
  const cookie = cookieOf(first);
  await get(world, { cookie });
  const pod = world.pods.find(({ name }) => name === first.pod)!;
  assert.equal(pod.seen.at(-1)?.fields.find(([name]) => name.toLowerCase() === 'cookie')?.[1], cookie);
  for (const secret of [pod.name, String(pod.port), '127.0.0.1']) {
    assert.equal(cookie.includes(secret), false);
    assert.equal(cookie.includes(Buffer.from(secret).toString('base64url')), false);
    assert.equal(cookie.includes(createHash('sha256').update(secret).digest('base64url').slice(0, 16)), false);
  }
});

test('a cookie that is not ours, or was tampered with, begins a new session', async (t) => {
  const world = await worldOf(t, [routeOf(cookieRule)]);
  const [name, value = ''] = cookieOf(await get(world)).split('=');
  const odd = ['', 'x', 'A'.repeat(22), `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`, 'A'.repeat(5000), '..', '%0d%0aset-cookie:+x=y'];
  for (const text of odd) {
    const got = await get(world, { cookie: `${name}=${text}` });
    assert.equal(got.status, 200);
    assert.match(cookieOf(got), /^postern-[a-z0-9]+=[A-Za-z0-9_.-]+$/);
  }
});

test('the pod of a session is gone: the client gets another one, and stays with that', async (t) => {
  const world = await worldOf(t, [routeOf(cookieRule)]);
  const first = await get(world);
  await world.apply([], [`EndpointSlice default/${first.pod}`]);
  const second = await get(world, { cookie: cookieOf(first) });
  assert.notEqual(second.pod, first.pod);
  for (let i = 0; i < 6; i++) assert.equal((await get(world, { cookie: cookieOf(second) })).pod, second.pod);
});

test('the pod of a session takes no connection: the request goes to another one, which is the session now', async (t) => {
  const world = await worldOf(t, [routeOf({ ...cookieRule, retry: { attempts: 2 } })]);
  const first = await get(world);
  world.pods.find(({ name }) => name === first.pod)!.stop();
  const second = await get(world, { cookie: cookieOf(first), connection: 'close' });
  assert.equal(second.status, 200);
  assert.notEqual(second.pod, first.pod);
  assert.equal((await get(world, { cookie: cookieOf(second) })).pod, second.pod);
});

test('a new configuration keeps sessions', async (t) => {
  const world = await worldOf(t, [routeOf(cookieRule)]);
  const first = await get(world);
  await world.apply([routeOf({ ...cookieRule, matches: [{ path: { value: '/x' } }] })], []);
  for (let i = 0; i < 4; i++) assert.equal((await get(world, { cookie: cookieOf(first) }, '/x')).pod, first.pod);
});

test('sessions never change the shares of backends, and each backend has its own session', async (t) => {
  const weighted = [{ name: 'a', port: 80, weight: 7 }, { name: 'b', port: 80, weight: 3 }];
  const world = await worldOf(t, [routeOf({ sessionPersistence: { cookie: { name: 'sticky' } }, backendRefs: weighted })], { a: { pods: 3 }, b: { pods: 3 } });
  let cookie = 'x=y';
  const pods = new Map<string, number>();
  for (let i = 0; i < 100; i++) {
    const got = await get(world, { cookie });
    if (got.headers['set-cookie'] !== undefined) cookie = cookieOf(got);
    pods.set(got.pod, (pods.get(got.pod) ?? 0) + 1);
  }
  assert.deepEqual([...pods.values()].sort((x, y) => x - y), [30, 70]);
});

test('HTTPRouteSessionPersistenceCookieLifetimeTypePermanent: the age is that of the session', async (t) => {
  const permanent = { absoluteTimeout: '5m', cookie: { name: 'sticky', lifetimeType: 'Permanent', path: '/shop' } };
  const world = await worldOf(t, [routeOf({ sessionPersistence: permanent, backendRefs: refs('a') })]);
  const first = await get(world);
  assert.match(String([first.headers['set-cookie']].flat()[0]), /^sticky=[A-Za-z0-9_-]{46}; Path=\/shop; Max-Age=300; HttpOnly; SameSite=Strict$/);
  for (let i = 0; i < 6; i++) assert.equal((await get(world, { cookie: cookieOf(first) })).pod, first.pod);
});

test('a session that is over is no session', async (t) => {
  const world = await worldOf(t, [routeOf({ sessionPersistence: { absoluteTimeout: '1ms', cookie: { name: 'sticky' } }, backendRefs: refs('a') })]);
  const cookie = cookieOf(await get(world));
  // Its end is a whole second, so it comes within the next one.
  for (;;) if ((await get(world, { cookie })).headers['set-cookie'] !== undefined) return;
});

test('type Header: the client brings back the field, the pod cannot write it', async (t) => {
  const rule = { sessionPersistence: { type: 'Header', header: { name: 'X-Session' } }, backendRefs: refs('a') };
  const world = await worldOf(t, [routeOf(rule)]);
  const first = await get(world);
  const token = String(first.headers['x-session']);
  assert.match(token, /^[A-Za-z0-9_-]{22}$/);
  assert.equal(first.headers['set-cookie'], undefined);
  for (let i = 0; i < 9; i++) {
    const next = await get(world, { 'x-session': token });
    assert.equal(next.pod, first.pod);
    assert.equal(next.headers['x-session'], undefined);
  }
});

const xbackend = (spec: Record<string, unknown>): Manifest => ({
  apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', metadata: { name: 'x' },
  spec: { type: 'EndpointSelector', endpointSelector: { matchLabels: { app: 'a' } }, port: { number: 80 }, ...spec },
});
/** As a controller makes it; the slices of the case are those of Service a. */
const backing: Manifest = {
  kind: 'Service', metadata: { name: 'a', ownerReferences: [{ apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', name: 'x', uid: 'u' }] },
  spec: { clusterIP: 'None', selector: { app: 'a' }, ports: [{ port: 80 }] },
};
const xref = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'x' };

test('the persistence of an XBackend goes before that of the rule, and counts for each route', async (t) => {
  const world = await worldOf(t, [
    xbackend({ sessionPersistence: { cookie: { name: 'of-backend' } } }), backing,
    routeOf({ sessionPersistence: { cookie: { name: 'of-rule' } }, backendRefs: [xref] }),
    { kind: 'HTTPRoute', metadata: { name: 'other' }, spec: { parentRefs: [{ name: 'gw' }], rules: [{ matches: [{ path: { value: '/other' } }], backendRefs: [xref] }] } },
  ]);
  const first = await get(world);
  assert.match(cookieOf(first), /^of-backend=/);
  for (let i = 0; i < 6; i++) assert.equal((await get(world, { cookie: cookieOf(first) }, '/other')).pod, first.pod);
});

test('the persistence of an XBackendTrafficPolicy counts where nothing nearer does', async (t) => {
  const policy: Manifest = {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackendTrafficPolicy', metadata: { name: 'p' },
    spec: { targetRefs: [{ group: '', kind: 'Service', name: 'a' }], sessionPersistence: { cookie: { name: 'of-policy' } } },
  };
  const rules = [{ backendRefs: refs('a') }, { matches: [{ path: { value: '/rule' } }], sessionPersistence: { cookie: { name: 'of-rule' } }, backendRefs: refs('a') }];
  const world = await worldOf(t, [policy, { kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: 'gw' }], rules } }]);
  assert.match(cookieOf(await get(world)), /^of-policy=/);
  assert.match(cookieOf(await get(world, {}, '/rule')), /^of-rule=/);
});

test('proxies with the same key know each other\'s sessions by the names of pods; one with another key does not', async (t) => {
  const worldWith = (sessionKey: string): Promise<World> => worldOf(t, [routeOf(cookieRule)], undefined, { sessionKey });
  const [one, two, other] = await Promise.all([worldWith('the key of both of them'), worldWith('the key of both of them'), worldWith('the key of another')]);
  const first = await get(one);
  for (let i = 0; i < 6; i++) {
    const next = await get(two, { cookie: cookieOf(first) });
    assert.deepEqual([next.pod, next.headers['set-cookie']], [first.pod, undefined]);
  }
  assert.notEqual((await get(other, { cookie: cookieOf(first) })).headers['set-cookie'], undefined);
});

test('the cookie is Secure where a trusted proxy says that its client came over TLS', async (t) => {
  const trusted = await worldOf(t, [routeOf(cookieRule)], undefined, { trustedProxies: ['127.0.0.0/8'] });
  const strange = await worldOf(t, [routeOf(cookieRule)]);
  const isSecure = ({ headers }: Got): boolean => String(headers['set-cookie']).endsWith('; Secure');
  assert.deepEqual([await get(trusted, { 'x-forwarded-proto': 'https' }), await get(trusted), await get(strange, { 'x-forwarded-proto': 'https' })].map(isSecure), [true, false, false]);
});

test('over TLS the cookie is Secure', async (t) => {
  const { certificate, key } = selfSigned(['example.test']);
  const listener = { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'pair' }] } };
  const world = await worldOf(t, [
    { kind: 'Secret', metadata: { name: 'pair' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': certificate, 'tls.key': key } },
    { kind: 'Gateway', metadata: { name: 'gw' }, spec: { gatewayClassName: 'postern', listeners: [listener] } }, routeOf(cookieRule),
  ]);
  const { address, port } = world.placeOf(undefined);
  const request = requestSecurely({ host: address, port, servername: 'example.test', ca: certificate, headers: { host: 'example.test' }, agent: false }).end();
  const [response] = await once(request, 'response') as [IncomingMessage];
  response.resume();
  assert.match(String(response.headers['set-cookie']), /; HttpOnly; SameSite=Strict; Secure$/);
});

test('over HTTP/2 the cookie may come in pieces', async (t) => {
  const world = await worldOf(t, [routeOf(cookieRule)]);
  const { address, port } = world.placeOf(undefined);
  const session = connectHttp2(`http://${address}:${port}`);
  t.after(() => session.destroy());
  const first = await stream(session, {});
  const cookie = String([first.headers['set-cookie']].flat()[0]).split(';')[0]!;
  for (let i = 0; i < 9; i++) {
    const next = await stream(session, { cookie: ['a=b', cookie, 'c=d'] });
    assert.equal(next.pod, first.pod);
    assert.equal(next.headers['set-cookie'], undefined);
  }
});

test('GRPCRouteSessionPersistenceHeader: calls with the field of the first answer come to the same pod', async (t) => {
  const pods = await Promise.all(['one', 'two', 'three'].map(async (name) => {
    const server = createHttp2Server();
    server.on('stream', (call) => {
      call.respond({ ':status': 200, 'content-type': 'application/grpc', 'x-pod': name, 'x-session': 'of the pod' }, { waitForTrailers: true });
      call.on('wantTrailers', () => call.sendTrailers({ 'grpc-status': '0' }));
      call.resume().on('end', () => call.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return { name, port: (server.address() as AddressInfo).port };
  }));
  const slices = pods.map(({ name, port }): Manifest => ({
    kind: 'EndpointSlice', metadata: { name, labels: { 'kubernetes.io/service-name': 's' } }, addressType: 'IPv4',
    ports: [{ port }], endpoints: [{ addresses: ['127.0.0.1'], targetRef: { kind: 'Pod', name } }],
  }));
  const rule = { sessionPersistence: { type: 'Header', header: { name: 'X-Session' } }, backendRefs: refs('s') };
  const world = await worldOf(t, [
    { kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } }, ...slices,
    { kind: 'GRPCRoute', metadata: { name: 'g' }, spec: { parentRefs: [{ name: 'gw' }], rules: [rule] } },
  ], {});
  const { address, port } = world.placeOf(undefined);
  const session = connectHttp2(`http://${address}:${port}`);
  t.after(() => session.destroy());
  const call = { ':method': 'POST', ':path': '/shop.Cart/Add', 'content-type': 'application/grpc', te: 'trailers' };
  const first = await stream(session, call);
  const token = String(first.headers['x-session']);
  assert.match(token, /^[A-Za-z0-9_-]{22}$/);
  for (let i = 0; i < 9; i++) {
    const next = await stream(session, { ...call, 'x-session': token });
    assert.equal(next.headers['x-pod'], first.headers['x-pod']);
    assert.equal(next.headers['x-session'], undefined);
  }
});

function stream(session: ClientHttp2Session, headers: Record<string, string | string[]>): Promise<{ readonly pod: string; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const request = session.request({ ':path': '/', ':authority': 'example.test', ...headers });
    let pod = '';
    let got: IncomingHttpHeaders = {};
    request.on('response', (fields) => { got = fields; });
    request.setEncoding('latin1').on('data', (piece: string) => { pod += piece; });
    request.on('end', () => resolve({ pod, headers: got })).on('error', reject).end();
  });
}
