import assert from 'node:assert/strict';
import { connect, createServer, type ConnectionOptions } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Ir, Listener, TlsTerms } from '../../ir/index.ts';
import { createProxy, type Proxy } from '../index.ts';
import { endpoint, irOf, rawBackend } from '../testing/rig.test.ts';
import { certificate, serveStreams } from '../testing/stream-rig.test.ts';
import { strictest, termsOf } from './terms.ts';

const limit = { timeout: 30_000 };
const origin = { group: '', kind: 'Gateway', namespace: 'default', name: 'test' };
const names = { example: certificate('example.com'), other: certificate('other.org') };

type Plan = Readonly<Record<string, TlsTerms | undefined>>;

/** HTTPS listeners of one port by hostname, each answering with its hostname. */
function irWith(plan: Plan): Ir {
  const listeners = Object.entries(plan).map(([hostname, terms]): [string, Listener] => [hostname, {
    socket: 's', protocol: 'https', port: 443, hostname, certificates: [hostname.endsWith('org') ? 'other' : 'example'],
    hosts: [{ hostname, routes: [hostname] }], origin, ...(terms === undefined ? {} : { terms }),
  }]);
  return {
    sockets: { s: { address: '127.0.0.1', port: 0 } }, listeners: Object.fromEntries(listeners), certificates: names, backends: {}, endpoints: {},
    routes: Object.fromEntries(Object.keys(plan).map((hostname) => [hostname, { match: { path: { kind: 'prefix' as const, value: '' } }, action: { kind: 'respond' as const, status: 200, because: 'it is here' }, origin }])),
  };
}

async function serveTls(t: TestContext, plan: Plan): Promise<Proxy> {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  await proxy.apply(irWith(plan));
  return proxy;
}

interface Agreed {
  readonly version: string;
  readonly cipher: string;
  readonly alpn: string | false;
  readonly isReused: boolean;
}

/** What a handshake agreed on, or `refused`. */
function agree(proxy: Proxy, servername: string, options: ConnectionOptions = {}, onSession?: (session: Buffer) => void): Promise<Agreed | 'refused'> { // oxlint-disable-line max-params -- whom, and how.
  const { port } = proxy.bound()['s'] as { port: number };
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options });
    let agreed: Agreed | 'refused' = 'refused';
    socket.on('secureConnect', () => {
      agreed = { version: socket.getProtocol() ?? '', cipher: socket.getCipher().name, alpn: socket.alpnProtocol ?? false, isReused: socket.isSessionReused() };
      socket.write(`GET / HTTP/1.1\r\nHost: ${servername === '' ? 'a.example.com' : servername}\r\nConnection: close\r\n\r\n`);
    });
    if (onSession !== undefined) socket.on('session', onSession);
    socket.on('error', () => socket.destroy());
    socket.resume().on('close', () => resolve(agreed));
  });
}

async function versions(proxy: Proxy, servername: string): Promise<string[]> {
  const made = await Promise.all((['TLSv1.2', 'TLSv1.3'] as const).map((it) => agree(proxy, servername, { minVersion: it, maxVersion: it })));
  return made.map((it) => (it === 'refused' ? it : it.version));
}

test('listeners of one port have versions of their own; without a name those of all must be met', limit, async (t) => {
  const proxy = await serveTls(t, { 'a.example.com': { minVersion: '1.3' }, 'b.example.com': undefined, 'other.org': { maxVersion: '1.2' } });
  assert.deepEqual(await versions(proxy, 'a.example.com'), ['refused', 'TLSv1.3']);
  assert.deepEqual(await versions(proxy, 'b.example.com'), ['TLSv1.2', 'TLSv1.3']);
  assert.deepEqual(await versions(proxy, 'other.org'), ['TLSv1.2', 'refused']);
  assert.deepEqual(await versions(proxy, ''), ['refused', 'refused']);
  assert.deepEqual(await versions(proxy, 'unknown.net'), ['refused', 'refused']);
  const both = await agree(proxy, 'other.org');
  assert.equal(both !== 'refused' && both.version, 'TLSv1.2', 'a client that speaks both gets the older one');
  await proxy.apply(irWith({ 'a.example.com': { minVersion: '1.3' }, 'b.example.com': undefined }));
  assert.deepEqual(await versions(proxy, ''), ['refused', 'TLSv1.3']);
});

test('terms change with the next handshake, on a port with one listener and with several', limit, async (t) => {
  const proxy = await serveTls(t, { 'a.example.com': undefined });
  assert.deepEqual(await versions(proxy, 'a.example.com'), ['TLSv1.2', 'TLSv1.3']);
  await proxy.apply(irWith({ 'a.example.com': { minVersion: '1.3' } }));
  assert.deepEqual(await versions(proxy, 'a.example.com'), ['refused', 'TLSv1.3']);
  assert.deepEqual(await versions(proxy, ''), ['refused', 'TLSv1.3']);
  await proxy.apply(irWith({ 'a.example.com': { maxVersion: '1.2' }, 'b.example.com': { minVersion: '1.3' } }));
  assert.deepEqual([await versions(proxy, 'a.example.com'), await versions(proxy, 'b.example.com')], [['TLSv1.2', 'refused'], ['refused', 'TLSv1.3']]);
});

test('cipher suites are those of the listener, also where the certificate is not the first of the socket', limit, async (t) => {
  const [strong, other] = ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305'];
  const proxy = await serveTls(t, { 'a.example.com': { cipherSuites: [strong] }, 'other.org': { cipherSuites: [other, strong] }, 'b.example.com': undefined });
  const old: ConnectionOptions = { maxVersion: 'TLSv1.2' };
  const cipherOf = async (servername: string, options = old): Promise<string> => {
    const agreed = await agree(proxy, servername, options);
    return agreed === 'refused' ? agreed : agreed.cipher;
  };
  assert.deepEqual([await cipherOf('a.example.com'), await cipherOf('other.org')], [strong, other]);
  assert.equal(await cipherOf('a.example.com', { ...old, ciphers: other }), 'refused');
  assert.equal(await cipherOf('b.example.com', { ...old, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }), 'ECDHE-RSA-AES128-GCM-SHA256');
  assert.equal(await cipherOf('a.example.com', {}), 'TLS_AES_128_GCM_SHA256', 'the suites of TLS 1.3 stay');
  assert.equal(await cipherOf(''), strong, 'without a name: what both allow');
});

test('a protocol that is not offered is not spoken', limit, async (t) => {
  const proxy = await serveTls(t, { 'a.example.com': { alpn: ['http/1.1'] }, 'b.example.com': { alpn: ['h2'] }, 'other.org': undefined });
  const both: ConnectionOptions = { ALPNProtocols: ['h2', 'http/1.1'] };
  const alpnOf = async (servername: string, options = both): Promise<string | false> => {
    const agreed = await agree(proxy, servername, options);
    return agreed === 'refused' ? agreed : agreed.alpn;
  };
  assert.deepEqual([await alpnOf('a.example.com'), await alpnOf('b.example.com'), await alpnOf('other.org')], ['http/1.1', 'h2', 'h2']);
  assert.equal(await alpnOf('b.example.com', { ALPNProtocols: ['http/1.1'] }), 'refused');
});

test('a session of a listener goes on with none that has other terms', limit, async (t) => {
  const proxy = await serveTls(t, { 'a.example.com': { cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'] }, 'b.example.com': undefined });
  let session: Buffer | undefined;
  const options: ConnectionOptions = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' };
  await agree(proxy, 'b.example.com', options, (made) => { session = made; });
  assert.ok(session !== undefined);
  const again = await agree(proxy, 'b.example.com', { ...options, session });
  const elsewhere = await agree(proxy, 'a.example.com', { ...options, session });
  assert.deepEqual([again !== 'refused' && again.isReused, elsewhere !== 'refused' && elsewhere.isReused], [true, false]);
});

test('where TLS ends and bytes are carried on, terms are the listener\'s own too', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => wire.send('hello\n'));
  const { port } = await serveStreams(t, {
    listeners: { a: { protocol: 'terminate', hostname: 'a.example.com', terms: { minVersion: '1.3' } }, b: { protocol: 'terminate', hostname: 'b.example.com' } },
    backends: { main: [endpoint(backend.port)] },
  });
  const proxy = { bound: () => ({ s: { address: '127.0.0.1', port } }) } as unknown as Proxy;
  assert.deepEqual([await agree(proxy, 'a.example.com', { maxVersion: 'TLSv1.2' })], ['refused']);
  const socket = connect({ port, host: '127.0.0.1', servername: 'b.example.com', rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  t.after(() => socket.destroy());
  assert.equal(String((await once(socket, 'data'))[0]), 'hello\n');
});

test('endpoints are spoken to on the terms of their policy', limit, async (t) => {
  const { chain, key } = names.example;
  const seen: string[] = [];
  const server = createServer({ cert: chain, key: key.reveal() }, (socket) => {
    seen.push(`${String(socket.getProtocol())} ${socket.getCipher().name}`);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const [terms, expected] of [[{ maxVersion: '1.2', cipherSuites: ['ECDHE-RSA-CHACHA20-POLY1305'] }, 'TLSv1.2 ECDHE-RSA-CHACHA20-POLY1305'], [{ minVersion: '1.3' }, 'TLSv1.3 TLS_AES_256_GCM_SHA384']] as const) {
    const plain = irOf({ backends: { main: [endpoint(port)] } });
    const ir: Ir = { ...plain, backends: { main: { ...plain.backends['main']!, tls: { serverName: 'example.com', authorities: [chain], names: [], terms } } } };
    const proxy = createProxy();
    await proxy.apply(ir);
    const place = Object.values(proxy.bound())[0]!;
    assert.equal((await fetch(`http://127.0.0.1:${place.port}/`)).status, 200);
    await proxy.close(0);
    assert.equal(seen.at(-1), expected);
  }
});

test('the strictest of several terms: what all allow, or nothing', () => {
  assert.equal(strictest([termsOf({ minVersion: '1.3' }), termsOf({ maxVersion: '1.2' })]), undefined);
  assert.equal(strictest([termsOf({ alpn: ['h2'] }), termsOf({ alpn: ['http/1.1'] })]), undefined);
  assert.equal(strictest([termsOf({ cipherSuites: ['A'], maxVersion: '1.2' }), termsOf({ cipherSuites: ['B'] })]), undefined);
  assert.equal(strictest([termsOf({ cipherSuites: ['A', 'B'] }), termsOf({ minVersion: '1.3' }), termsOf()])?.id, termsOf({ cipherSuites: ['A', 'B'], minVersion: '1.3' }).id);
});
