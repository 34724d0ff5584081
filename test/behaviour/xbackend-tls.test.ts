/** XBackends and Services over TLS on real sockets: verification, client certificates, WebSocket, bytes, HTTP/2 and mirrors (GEP-4894, GEP-1911). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as requestOnce } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type KeyPair, selfSigned } from '../harness/certificates.ts';
import { acceptKey, echoFrames, exchange } from '../harness/websocket.ts';
import type { Manifest } from './harness/behaviour-case.ts';
import { native } from './harness/data-plane.ts';
import { World } from './harness/world.ts';

const server = selfSigned(['localhost']);
const client = selfSigned(['client.test'], 'client');

const authority = (name: string, { certificate }: KeyPair): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'ca.crt': certificate } });

const clientSecret: Manifest = {
  kind: 'Secret', metadata: { name: 'client' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': client.certificate, 'tls.key': client.key },
};

const xref = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'x' };

function routeTo(...backendRefs: unknown[]): Manifest {
  return { kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs }] } };
}

function xbackend(port: number, spec: Record<string, unknown>): Manifest {
  return {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', metadata: { name: 'x' },
    spec: { type: 'ExternalHostname', externalHostname: { hostname: 'localhost' }, port: { number: port }, ...spec },
  };
}

const validation = (hostname: string, ca = 'ca'): unknown => ({ hostname, caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: ca }] });

async function worldOf(t: TestContext, ...manifests: readonly Manifest[]): Promise<World> {
  const world = await World.start({ about: '', spec: '', manifests, steps: [] }, native);
  t.after(() => world.stop());
  assert.deepEqual(world.errors, []);
  return world;
}

/** A TLS backend that says whether it was shown a certificate. */
async function secureBackend(t: TestContext, options: { readonly requestCert?: boolean } = {}): Promise<{ readonly port: number; readonly server: Server; readonly hosts: readonly string[] }> {
  const hosts: string[] = [];
  const backend = createServer({ cert: server.certificate, key: server.key, ca: client.certificate, rejectUnauthorized: false, ...options }, (request, response) => {
    const { authorized, servername } = request.socket as TLSSocket;
    hosts.push(String(servername));
    response.end(authorized ? 'authorized' : 'anybody');
  });
  backend.on('upgrade', (request, socket, head) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey(request.headers['sec-websocket-key'] ?? '')}\r\n\r\n`);
    socket.on('end', () => socket.end());
    echoFrames(socket, head);
  });
  return { port: await listening(t, backend), server: backend, hosts };
}

async function listening(t: TestContext, backend: Pick<Server, 'listen' | 'close' | 'address' | 'once'>): Promise<number> {
  backend.listen(0);
  await once(backend as Server, 'listening');
  t.after(() => backend.close());
  return (backend.address() as AddressInfo).port;
}

function get(world: World, path = '/'): Promise<{ readonly status: number; readonly text: string }> {
  const { address, port } = world.placeOf(undefined);
  return new Promise((resolve, reject) => {
    requestOnce({ host: address, port, path, headers: { host: 'example.test' }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (piece: string) => { text += piece; });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject).end();
  });
}

test('ServerOnly verifies the backend and shows nothing, also where the Gateway has a certificate for backends', async (t) => {
  const { port, hosts } = await secureBackend(t, { requestCert: true });
  const gateway: Manifest = {
    kind: 'Gateway', metadata: { name: 'gw' },
    spec: { gatewayClassName: 'postern', tls: { backend: { clientCertificateRef: { name: 'client' } } }, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  };
  const world = await worldOf(t, gateway, clientSecret, authority('ca', server), xbackend(port, { tls: { mode: 'ServerOnly', validation: validation('localhost') } }), routeTo(xref));
  assert.deepEqual(await get(world), { status: 200, text: 'anybody' });
  assert.deepEqual(hosts, ['localhost']);
});

test('ClientAndServer shows the certificate of the XBackend', async (t) => {
  const { port } = await secureBackend(t, { requestCert: true });
  const tls = { mode: 'ClientAndServer', clientCertificateRef: { name: 'client' }, validation: validation('localhost') };
  const world = await worldOf(t, clientSecret, authority('ca', server), xbackend(port, { tls }), routeTo(xref));
  assert.deepEqual(await get(world), { status: 200, text: 'authorized' });
});

for (const [what, hostname, ca] of [['another name', 'other.test', 'ca'], ['another authority', 'localhost', 'other']] as const) {
  test(`a backend with ${what} gets no request`, async (t) => {
    const { port, hosts } = await secureBackend(t);
    const tls = { mode: 'ServerOnly', validation: validation(hostname, ca) };
    const world = await worldOf(t, authority('ca', server), authority('other', client), xbackend(port, { tls }), routeTo(xref));
    assert.equal((await get(world)).status, 502);
    assert.deepEqual(hosts, []);
  });
}

test('protocol WSS carries a WebSocket over TLS, and plain requests too', async (t) => {
  const { port } = await secureBackend(t);
  const spec = { protocol: 'WSS', tls: { mode: 'ServerOnly', validation: validation('localhost') } };
  const world = await worldOf(t, authority('ca', server), xbackend(port, spec), routeTo(xref));
  assert.deepEqual(await exchange({ ...world.placeOf(undefined), host: 'example.test', path: '/' }, ['hello', 'again']), ['hello', 'again']);
  assert.equal((await get(world)).status, 200);
});

test('HTTPRouteBackendProtocolWebSocket: a Service of appProtocol kubernetes.io/wss, with a BackendTLSPolicy', async (t) => {
  const { port } = await secureBackend(t);
  const world = await worldOf(
    t, authority('ca', server), routeTo({ name: 's', port: 443 }),
    { kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 443, appProtocol: 'kubernetes.io/wss' }] } },
    {
      kind: 'EndpointSlice', metadata: { name: 's', labels: { 'kubernetes.io/service-name': 's' } }, addressType: 'IPv4',
      ports: [{ port }], endpoints: [{ addresses: ['127.0.0.1'] }],
    },
    { kind: 'BackendTLSPolicy', metadata: { name: 'p' }, spec: { targetRefs: [{ group: '', kind: 'Service', name: 's' }], validation: validation('localhost') } },
  );
  assert.deepEqual(await exchange({ ...world.placeOf(undefined), host: 'example.test', path: '/' }, ['hello']), ['hello']);
});

test('protocol HTTP2 is HTTP/2 by ALPN', async (t) => {
  const backend = createHttp2Server({ cert: server.certificate, key: server.key, allowHTTP1: false }, (request, response) => response.end(request.httpVersion));
  const port = await listening(t, backend as unknown as Server);
  const world = await worldOf(t, authority('ca', server), xbackend(port, { protocol: 'HTTP2', tls: { mode: 'ServerOnly', validation: validation('localhost') } }), routeTo(xref));
  assert.deepEqual(await get(world), { status: 200, text: '2.0' });
});

test('a TCPRoute leads to an XBackend, over TLS where that asks for it', async (t) => {
  const backend = createTlsServer({ cert: server.certificate, key: server.key }, (socket) => socket.pipe(socket));
  const port = await listening(t, backend as unknown as Server);
  const gateway: Manifest = {
    kind: 'Gateway', metadata: { name: 'gw' },
    spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, { name: 'tcp', port: 9000, protocol: 'TCP' }] },
  };
  const route: Manifest = { kind: 'TCPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: 'gw', sectionName: 'tcp' }], rules: [{ backendRefs: [xref] }] } };
  const world = await worldOf(t, gateway, authority('ca', server), xbackend(port, { protocol: 'TCP', tls: { mode: 'ServerOnly', validation: validation('localhost') } }), route);
  const { address } = world.placeOf('gw/http');
  const socket = connect(9000, address).setEncoding('latin1');
  t.after(() => socket.destroy());
  socket.write('ping');
  assert.deepEqual(await once(socket, 'data'), ['ping']);
});

test('a mirror to an XBackend gets its copy', async (t) => {
  const main = await secureBackend(t);
  const seen: string[] = [];
  const mirror = createServer({ cert: server.certificate, key: server.key }, (request, response) => {
    seen.push(request.url ?? '');
    response.end();
    mirror.emit('seen');
  });
  const port = await listening(t, mirror);
  const tls = { mode: 'ServerOnly', validation: validation('localhost') };
  const copy = { ...xbackend(port, { tls }), metadata: { name: 'copy' } };
  const route: Manifest = {
    kind: 'HTTPRoute', metadata: { name: 'r' },
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { ...xref, name: 'copy' } } }], backendRefs: [xref] }] },
  };
  const world = await worldOf(t, authority('ca', server), xbackend(main.port, { tls }), copy, route);
  const came = once(mirror, 'seen');
  assert.equal((await get(world, '/copied')).status, 200);
  await came;
  assert.deepEqual(seen, ['/copied']);
});
