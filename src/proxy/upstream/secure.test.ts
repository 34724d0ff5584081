import assert from 'node:assert/strict';
import { createServer, type ServerResponse, type IncomingMessage } from 'node:http';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { Redacted } from '../../base/index.ts';
import type { Certificate, Ir, UpstreamTls } from '../../ir/index.ts';
import { selfSigned } from '../../../test/harness/certificates.ts';
import { endpoint, eventually, irOf, serve, type Served } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };

function pair(names: readonly string[], use?: 'client'): { readonly cert: string; readonly key: string } {
  const { certificate, key } = selfSigned(names, use);
  return { cert: certificate, key };
}

const example = pair(['example.com', '*.example.com']);
const other = pair(['other.org'], 'client');
const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const trusting = (more: Partial<UpstreamTls> = {}): UpstreamTls => ({ serverName: 'example.com', authorities: [example.cert], names: [], ...more });

interface SecureBackend {
  readonly port: number;
  /** Server names of the handshakes that succeeded, and subjects of the clients' certificates. */
  readonly names: (string | false | null)[];
  readonly clients: string[];
  readonly requests: string[];
  handshakes: number;
}

/** An HTTP/1.1 server over TLS that answers `ok`. */
async function secureBackend(t: TestContext, options: TlsOptions = example): Promise<SecureBackend> {
  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.requests.push(request.url ?? '');
    response.end('ok');
  });
  const open = new Set<TLSSocket>();
  const server = createTlsServer(options, (socket) => {
    seen.names.push(socket.servername);
    seen.clients.push(String((socket.getPeerCertificate() as { fingerprint256?: string }).fingerprint256 ?? ''));
    open.add(socket);
    socket.on('error', () => socket.destroy());
    http.emit('connection', socket);
  });
  server.on('connection', () => { seen.handshakes++; });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const seen: SecureBackend = { port: (server.address() as AddressInfo).port, names: [], clients: [], requests: [], handshakes: 0 };
  return seen;
}

function secured(port: number, tls: UpstreamTls | 'refused', more: Partial<Ir> = {}): Ir {
  const ir = irOf({ backends: { main: [endpoint(port)] } });
  return { ...ir, backends: { main: { ...ir.backends['main']!, tls } }, ...more };
}

async function served(t: TestContext, ir: Ir): Promise<Served> {
  const rig = await serve(t, {});
  await rig.reapply(ir);
  return { ...rig, port: rig.port };
}

const statusOf = async (rig: Served): Promise<string> => (await rig.ask(get)).slice(9, 12);

test('requests go over TLS with the server name of the settings; connections are used again', limit, async (t) => {
  const backend = await secureBackend(t);
  const rig = await served(t, secured(backend.port, trusting()));
  assert.match(await rig.ask(get), /^HTTP\/1\.1 200 OK[^]*ok/);
  assert.equal(await statusOf(rig), '200');
  assert.deepEqual(backend.names, ['example.com']);
});

test('a large body goes both ways', limit, async (t) => {
  const backend = await secureBackend(t);
  const rig = await served(t, secured(backend.port, trusting()));
  const wire = rig.connect();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`);
  await wire.untilReceived('200 OK');
});

test('another authority, another name: no request reaches the endpoint', limit, async (t) => {
  const backend = await secureBackend(t);
  const refused: UpstreamTls[] = [
    trusting({ authorities: [other.cert] }), trusting({ serverName: 'example.org' }),
    trusting({ names: [{ kind: 'dns', value: 'example.org' }] }), trusting({ names: [{ kind: 'uri', value: 'spiffe://example.com/x' }] }),
    trusting({ authorities: 'system' }),
  ];
  for (const tls of refused) {
    const rig = await served(t, secured(backend.port, tls));
    assert.equal(await statusOf(rig), '502', JSON.stringify(tls).slice(0, 80));
  }
  assert.deepEqual(backend.requests, []);
});

test('names replace the server name in what the certificate must be for', limit, async (t) => {
  const backend = await secureBackend(t);
  const rig = await served(t, secured(backend.port, trusting({ serverName: 'elsewhere.test', names: [{ kind: 'uri', value: 'x:y' }, { kind: 'dns', value: 'example.com' }] })));
  assert.equal(await statusOf(rig), '200');
  assert.deepEqual(backend.names, ['elsewhere.test']);
});

test('settings that can\'t be used make no connection at all', limit, async (t) => {
  const backend = await secureBackend(t);
  for (const tls of ['refused', trusting({ authorities: ['no certificate'] })] as const) {
    const rig = await served(t, secured(backend.port, tls));
    assert.match(await statusOf(rig), /^50[23]$/);
  }
  assert.deepEqual(backend.requests, []);
});

test('other settings count at once, and idle connections of the old ones are closed', limit, async (t) => {
  const backend = await secureBackend(t);
  const rig = await served(t, secured(backend.port, trusting()));
  assert.equal(await statusOf(rig), '200');
  await rig.reapply(secured(backend.port, trusting({ authorities: [other.cert] })));
  assert.equal(await statusOf(rig), '502');
  await rig.reapply(secured(backend.port, 'refused'));
  assert.equal(await statusOf(rig), '503');
  await rig.reapply(secured(backend.port, trusting()));
  assert.equal(await statusOf(rig), '200');
  await eventually(() => rig.proxy.stats().activeUpstreamConnections === 1);
});

test('the same settings keep connections', limit, async (t) => {
  const backend = await secureBackend(t);
  const rig = await served(t, secured(backend.port, trusting()));
  await statusOf(rig);
  await rig.reapply(secured(backend.port, trusting()));
  await statusOf(rig);
  assert.equal(backend.handshakes, 1);
});

test('a plain endpoint where TLS is asked for answers nothing', limit, async (t) => {
  const plain = createServer((_, response) => response.end('plain'));
  await new Promise<void>((resolve) => { plain.listen(0, '127.0.0.1', resolve); });
  t.after(() => plain.close());
  const rig = await served(t, secured((plain.address() as AddressInfo).port, trusting()));
  assert.equal(await statusOf(rig), '502');
});

test('the certificate of a listener is shown, each its own', limit, async (t) => {
  const backend = await secureBackend(t, { ...example, requestCert: true, rejectUnauthorized: true, ca: other.cert });
  const certificate: Certificate = { chain: other.cert, key: new Redacted(other.key), names: [], origin: { group: '', kind: 'Secret', namespace: 'default', name: 'client' } };
  const ir = secured(backend.port, trusting());
  const rig = await served(t, ir);
  assert.equal(await statusOf(rig), '502');
  await rig.reapply({ ...ir, certificates: { client: certificate }, listeners: { web: { ...ir.listeners['web']!, upstreamCertificate: 'client' } } });
  assert.equal(await statusOf(rig), '200');
  assert.match(backend.clients[0] ?? '', /^[0-9A-F:]{20,}$/);
});

/** An HTTP/2 server over TLS that answers `ok`, and counts its streams. */
async function secureHttp2(t: TestContext): Promise<{ readonly port: number; streams: number; protocols: (string | false | null)[] }> {
  const seen = { port: 0, streams: 0, protocols: [] as (string | false | null)[] };
  const sessions = new Set<ServerHttp2Session>();
  const server = createSecureServer(example);
  server.on('session', (session) => {
    sessions.add(session);
    seen.protocols.push((session.socket as TLSSocket).alpnProtocol);
  });
  server.on('stream', (stream) => {
    seen.streams++;
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  seen.port = (server.address() as AddressInfo).port;
  return seen;
}

const asHttp2 = (ir: Ir): Ir => ({ ...ir, backends: { main: { ...ir.backends['main']!, protocol: 'h2c' } } });

test('HTTP/2 over TLS is chosen by ALPN', limit, async (t) => {
  const backend = await secureHttp2(t);
  const rig = await served(t, asHttp2(secured(backend.port, trusting())));
  assert.match(await rig.ask(get), /^HTTP\/1\.1 200 [^]*ok/);
  assert.deepEqual(backend.protocols, ['h2']);
});

test('HTTP/2 goes to no endpoint that is not verified, or that does not choose it', limit, async (t) => {
  const backend = await secureHttp2(t);
  const stranger = await served(t, asHttp2(secured(backend.port, trusting({ authorities: [other.cert] }))));
  assert.equal(await statusOf(stranger), '502');
  assert.equal(backend.streams, 0);
  const older = await secureBackend(t);
  assert.equal(await statusOf(await served(t, asHttp2(secured(older.port, trusting())))), '502');
  assert.deepEqual(older.requests, []);
});
