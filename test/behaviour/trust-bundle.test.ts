/**
 * ClusterTrustBundles in served files, on real sockets (GEP-5075): what is edited, emptied, deleted and made again counts from then on, for backends
 * and for clients, also on connections that are kept and in sessions that are resumed.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as requestOnce } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { nativeSettings } from '../../src/cli/settings.ts';
import { AddressBook, type Applied, Controller } from '../../src/controller/index.ts';
import { createProxy, type Place } from '../../src/proxy/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { authority, issuedBy, type KeyPair, selfSigned } from '../harness/certificates.ts';
import { tempFolder, until } from '../harness/temp-folder.ts';

const limit = { timeout: 60_000 };
const [ours, others] = [authority('ours'), authority('others')];
const gatewayCertificate = selfSigned(['example.test']);

interface Served {
  /** Where a listener is, by name. */
  place(listener: string): Place | undefined;
  /** Writes the bundle `trust`, or removes it, and waits until a status says `expected`, as `Type/Reason` of the object. */
  trust(pem: string | undefined, expected: string): Promise<void>;
  errors(): readonly string[];
}

type Manifest = Readonly<Record<string, unknown>>;

/** Serves a folder as `postern serve` does, with the bundle in a file of its own. */
async function serve(t: TestContext, manifests: readonly Manifest[], pem: string): Promise<Served> {
  const folder = tempFolder(t);
  const file = join(folder, 'trust.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'all.json'), manifests.map((it) => JSON.stringify(it)).join('\n---\n'));
  writeFileSync(file, bundle(pem));
  const proxy = createProxy();
  let applied: Applied | undefined;
  const errors: unknown[] = [];
  const controller = new Controller({
    settings: nativeSettings({ strict: true }), addresses: new AddressBook({ pool: `127.${randomInt(128, 250)}.${randomInt(1, 250)}.0/24` }),
    apply: (ir) => proxy.apply(ir), onApplied: (it) => { applied = it; }, onBug: (error) => { errors.push(error); },
  });
  const source = openFileSource([folder]);
  await controller.update(await source.read());
  const watch = await source.watch((snapshot) => void controller.update(snapshot));
  t.after(async () => {
    await watch.close();
    await proxy.close(0);
    assert.deepEqual(errors, []);
  });
  const socketOf = (name: string): string => Object.entries({ ...applied?.ir.listeners }).find(([key]) => key.endsWith(`/${name}`))?.[1].socket ?? '';
  return {
    place: (name) => proxy.bound()[socketOf(name)],
    errors: () => [...errors.map(String), ...(applied?.findings ?? []).filter((it) => it.severity === 'error').map((it) => it.message)],
    async trust(text, expected) {
      if (text === undefined) rmSync(file);
      else writeFileSync(file, bundle(text));
      await until(t, () => applied?.ir !== undefined && reasonsIn(applied.statuses).includes(expected) && inForce(applied, text));
    },
  };
}

function bundle(trustBundle: string): string {
  return JSON.stringify({ apiVersion: 'certificates.k8s.io/v1', kind: 'ClusterTrustBundle', metadata: { name: 'trust' }, spec: { trustBundle } });
}

function inForce({ model }: Applied, text: string | undefined): boolean {
  return model.objects.ClusterTrustBundle.get('trust')?.object.spec.trustBundle === text;
}

/** Every condition in a status, as `Kind/Type/Reason`. */
function reasonsIn(statuses: Applied['statuses']): string[] {
  return statuses.flatMap(({ ref, status }) => [...JSON.stringify(status).matchAll(/"type":"(\w+)","status":"\w+","reason":"(\w+)"/g)].map(([, type, reason]) => `${ref.kind}/${type}/${reason}`));
}

const classOfOurs: Manifest = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } };
const trustRefs = [{ group: 'certificates.k8s.io', kind: 'ClusterTrustBundle', name: 'trust' }];

function gateway(spec: Manifest): Manifest {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'default' }, spec: { gatewayClassName: 'postern', ...spec } };
}

const httpGateway = gateway({ listeners: [{ name: 'http', port: 8000, protocol: 'HTTP' }] });

/** A Service whose only endpoint is at a port of this machine, reached over TLS that the bundle decides about. */
function secureService(port: number): Manifest[] {
  const metadata = { name: 'a', namespace: 'default' };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 443 }] } },
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'a' } }, ports: [{ name: '', port }], endpoints: [{ addresses: ['127.0.0.1'] }] },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'a', port: 443 }] }] } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'BackendTLSPolicy', metadata, spec: { targetRefs: [{ group: '', kind: 'Service', name: 'a' }], validation: { hostname: 'a.test', caCertificateRefs: trustRefs } } },
  ];
}

interface Backend {
  readonly port: number;
  /** Of each request: whether its connection took up an earlier TLS session. */
  readonly seen: boolean[];
}

async function secureBackend(t: TestContext, { certificate, key }: KeyPair): Promise<Backend> {
  const seen: boolean[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    seen.push((request.socket as TLSSocket).isSessionReused());
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

/** The status of a request over a kept connection. */
function statusOf({ address, port }: Place, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    requestOnce({ host: address, port, agent, headers: { host: 'example.test' } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject).end();
  });
}

test('ClusterTrustBundle of a backend: edited, emptied, deleted and made again while it serves', limit, async (t) => {
  const backend = await secureBackend(t, issuedBy(ours, 'ours', ['a.test'], 'server'));
  const served = await serve(t, [classOfOurs, httpGateway, ...secureService(backend.port)], ours.certificate);
  assert.deepEqual(served.errors(), []);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const ask = (): Promise<number> => statusOf(served.place('http')!, agent);
  let reached = 0;
  /** Once for each step: the connection that the backend keeps open from the step before is of no use where trust is gone. */
  const holds = async (isTrusted: boolean): Promise<void> => {
    for (let i = 0; i < 2; i++) {
      const status = await ask();
      if (isTrusted) reached++;
      assert.ok(isTrusted ? status === 200 : status >= 500, String(status));
    }
    assert.equal(backend.seen.length, reached);
  };
  await holds(true);
  await served.trust(others.certificate, 'BackendTLSPolicy/ResolvedRefs/ResolvedRefs');
  await holds(false);
  await served.trust(`${others.certificate}${ours.certificate}`, 'BackendTLSPolicy/ResolvedRefs/ResolvedRefs');
  await holds(true);
  await served.trust(undefined, 'BackendTLSPolicy/Accepted/NoValidCACertificate');
  assert.ok(served.errors().some((it) => it.includes('ClusterTrustBundle trust does not exist')), served.errors().join('\n'));
  await holds(false);
  await served.trust(others.certificate, 'BackendTLSPolicy/Accepted/Accepted');
  await holds(false);
  await served.trust(ours.certificate, 'BackendTLSPolicy/Accepted/Accepted');
  await holds(true);
  for (const bad of ['', '\n', 'no bundle', ours.certificate.slice(0, 200), ours.certificate.replace(/^[A-Za-z0-9+/]{20}/m, 'AAAAAAAAAAAAAAAAAAAA'), gatewayCertificate.certificate, `${ours.certificate}${ours.key}`]) {
    await served.trust(bad, 'BackendTLSPolicy/ResolvedRefs/InvalidCACertificateRef');
    await holds(false);
  }
  await served.trust(ours.certificate, 'BackendTLSPolicy/Accepted/Accepted');
  await holds(true);
});

interface Visit {
  readonly status: number;
  readonly session: Buffer | undefined;
  readonly isResumed: boolean;
}

/** One request over TLS with a client certificate, perhaps in an earlier session; status 0 where the handshake does not let it through. */
function visit({ address, port }: Place, { certificate, key }: KeyPair, session?: Buffer, version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<Visit> { // oxlint-disable-line max-params -- where, as whom, in which session.
  return new Promise((resolve) => {
    let [text, latest, isResumed] = ['', undefined as Buffer | undefined, false];
    const socket = connect({
      host: address, port, servername: 'example.test', ca: gatewayCertificate.certificate, cert: certificate, key, minVersion: version, maxVersion: version,
      ...(session === undefined ? {} : { session }),
    });
    socket.on('session', (it: Buffer) => { latest = it; });
    socket.on('secureConnect', () => {
      isResumed = socket.isSessionReused();
      socket.write('GET / HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n');
    });
    socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1'); });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve({ status: Number(text.slice(9, 12)), session: latest, isResumed }));
  });
}

const redirect = { filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'elsewhere.test', statusCode: 302 } }] };

function checkingGateway(): Manifest[] {
  const data = { 'tls.crt': gatewayCertificate.certificate, 'tls.key': gatewayCertificate.key };
  return [
    classOfOurs,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cert', namespace: 'default' }, type: 'kubernetes.io/tls', stringData: data },
    gateway({
      tls: { frontend: { default: { validation: { caCertificateRefs: trustRefs } } } },
      listeners: [{ name: 'https', port: 8443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'cert' }] } }, { name: 'http', port: 8000, protocol: 'HTTP' }],
    }),
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'default' }, spec: { parentRefs: [{ name: 'gw' }], rules: [redirect] } },
  ];
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`ClusterTrustBundle of clients: no session of ${version} outlives the trust in whom it is of`, limit, async (t) => {
    const friend = issuedBy(ours, 'ours', ['friend']);
    const served = await serve(t, checkingGateway(), ours.certificate);
    assert.deepEqual(served.errors(), []);
    const place = served.place('https')!;
    const first = await visit(place, friend, undefined, version);
    assert.deepEqual([first.status, first.isResumed], [302, false]);
    const again = await visit(place, friend, first.session, version);
    assert.deepEqual([again.status, again.isResumed], [302, true], 'a session is resumed while trust lasts');
    await served.trust(others.certificate, 'Gateway/ResolvedRefs/ResolvedRefs');
    assert.equal((await visit(served.place('https')!, friend, first.session, version)).status, 0);
    assert.equal((await visit(served.place('https')!, issuedBy(others, 'others', ['other']), undefined, version)).status, 302);
    await served.trust(undefined, 'Gateway/Accepted/NoValidCACertificate');
    assert.equal(served.place('https'), undefined);
    for (const session of [undefined, first.session]) assert.equal((await visit(place, friend, session, version)).status, 0);
    await served.trust(others.certificate, 'Gateway/ResolvedRefs/ResolvedRefs');
    for (const session of [undefined, first.session]) assert.equal((await visit(served.place('https')!, friend, session, version)).status, 0);
    await served.trust(ours.certificate, 'Gateway/ResolvedRefs/ResolvedRefs');
    assert.equal((await visit(served.place('https')!, friend, undefined, version)).status, 302);
  });
}

test('a connection of a client from before: no request on it is served once the bundle is gone', limit, async (t) => {
  const friend = issuedBy(ours, 'ours', ['friend']);
  const served = await serve(t, checkingGateway(), ours.certificate);
  const { address, port } = served.place('https')!;
  const socket = connect({ host: address, port, servername: 'example.test', ca: gatewayCertificate.certificate, cert: friend.certificate, key: friend.key });
  t.after(() => socket.destroy());
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1'); });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => { isClosed = true; });
  const ask = (): void => void socket.write('GET / HTTP/1.1\r\nHost: example.test\r\n\r\n');
  socket.once('secureConnect', ask);
  await until(t, () => text.startsWith('HTTP/1.1 302 '));
  text = '';
  await served.trust(undefined, 'Gateway/Accepted/NoValidCACertificate');
  if (!isClosed) ask();
  await until(t, () => isClosed || text !== '');
  assert.doesNotMatch(text, /^HTTP\/1\.1 302 /);
});
